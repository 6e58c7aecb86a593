// The topology through zeebe-node, configured by the environment alone.
// It ends when nothing is left to do, since the client writes its token file without waiting for it.
const { ZBClient } = require("zeebe-node");

const zeebe = new ZBClient();
zeebe
  .topology()
  .then(
    (topology) => console.log(JSON.stringify(topology)),
    (error) => {
      console.error(`${error.name} ${error.code ?? ""}: ${error.message}`);
      process.exitCode = 1;
    },
  )
  .then(() => zeebe.close());
