"""Runs a command in a terminal of its own, as a person would.

Reads JSON from standard input: argv, columns, env, seconds, and steps, each of which waits for a text (`after`) and
then types another (`type`). Writes what the terminal showed, byte for byte.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

task = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvpe(task["argv"][0], task["argv"], task["env"])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, task["columns"], 0, 0))
shown, seen = b"", 0
deadline = time.monotonic() + task["seconds"]
steps = list(task["steps"])
while time.monotonic() < deadline:
    if steps and steps[0]["after"].encode() in shown[seen:]:
        seen = len(shown)
        os.write(terminal, steps.pop(0)["type"].encode())
    if not select.select([terminal], [], [], 0.05)[0]:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
else:
    os.kill(pid, 9)
sys.stdout.buffer.write(shown)
