"""Runs a program in a pseudo-terminal: `terminal.py COLUMNS LINES PROGRAM [ARGUMENT...]`.

What comes through standard input is typed (Ctrl-C is the byte 3), what the screen is sent goes to standard output.
Ends with the program's exit code, 128+n where signal n ended it, and ends the program where standard input closes:
it never outlives the test that started it.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios

columns, lines = int(sys.argv[1]), int(sys.argv[2])
pid, screen = pty.fork()
if pid == 0:
    # The size stands before the program looks.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    os.execvp(sys.argv[3], sys.argv[3:])

while True:
    ready, _, _ = select.select([screen, 0], [], [])
    if screen in ready:
        try:
            shown = os.read(screen, 65536)
        except OSError:
            break  # Linux: the last process that had the terminal open has ended
        if not shown:
            break
        os.write(1, shown)
    if 0 in ready:
        typed = os.read(0, 65536)
        if not typed:
            os.kill(pid, signal.SIGKILL)
            break
        os.write(screen, typed)

_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
