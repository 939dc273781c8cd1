"""The programs as a package would put them: installed from a build into a directory of their own."""

import os
import subprocess


class Installation:
    def __init__(self, build, directory):
        self.root = directory
        subprocess.run(
            ["cmake", "--install", build], env={**os.environ, "DESTDIR": directory},
            check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.gatepost = self.find("gatepost")
        self.gatepostd = self.find("gatepostd")

    def find(self, name):
        """The path of the one installed file of that name."""
        found = [
            os.path.join(folder, name)
            for folder, _, files in os.walk(self.root)
            if name in files
        ]
        if len(found) != 1:
            raise FileNotFoundError(f"{name} is installed {len(found)} times below {self.root}")
        return found[0]
