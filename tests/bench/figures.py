"""Figures: how they are printed, and what the system counts for a process."""

import os
import pathlib
import statistics

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def heading(text):
    print(f"\n{text}", flush=True)


def figure(name, value, unit, digits=3):
    print(f"  {name:<62} {value:>10.{digits}f} {unit}", flush=True)


def note(text):
    print(f"  {text}", flush=True)


def percentile(values, percent):
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def rss_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise LookupError("VmRSS")


def cpu_seconds(pid):
    # utime and stime; the name before them may hold spaces, but it ends with the last parenthesis.
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS
