"""`zeebe-grpc doctor`'s view of this installation: prints the first step as JSON."""

import io
import json
from contextlib import redirect_stdout

from zeebe_grpc.cli.main import main

with redirect_stdout(io.StringIO()) as output:
    code = main(["doctor", "--output", "json"])
print(code, json.dumps(json.loads(output.getvalue())["steps"][0]))
