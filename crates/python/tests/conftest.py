"""Makes the objectives importable, here and in worker processes."""

import os
import signal
import sys
from pathlib import Path

FOLDER = str(Path(__file__).parent)
sys.path.insert(0, FOLDER)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [FOLDER, os.environ.get("PYTHONPATH")]))

# A program that is started in the background may be started deaf to Ctrl-C, which some of the tests send.
signal.signal(signal.SIGINT, signal.default_int_handler)
