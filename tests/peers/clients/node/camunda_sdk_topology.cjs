// The topology through @camunda8/sdk's gRPC client, configured by the environment alone.
const { Camunda8 } = require("@camunda8/sdk");

const zeebe = new Camunda8().getZeebeGrpcApiClient();
zeebe
  .topology()
  .then(
    (topology) => console.log(JSON.stringify(topology)),
    (error) => {
      console.error(`${error.name} ${error.code ?? ""}: ${error.message}`);
      process.exitCode = 1;
    },
  )
  .then(() => zeebe.close())
  .then(() => process.exit());
