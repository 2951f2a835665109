"""Runs a command on a terminal of its own: python3 on_terminal.py '[[regex, text], ...]' command...; prints what the terminal showed."""
import json
import os
import pty
import re
import select
import sys
import time

answers, command = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown, since, deadline = b"", 0, time.monotonic() + 60
while time.monotonic() < deadline:
    if not select.select([terminal], [], [], 0.2)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data
    if answers and re.search(answers[0][0].encode(), shown[since:]):
        since = len(shown)
        time.sleep(0.1)
        os.write(terminal, answers.pop(0)[1].encode())
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(status))
