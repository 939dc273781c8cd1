"""Finds a host by its name, or by a wildcard for the names below another."""


class Hosts:
    def __init__(self, hosts):
        self._hosts = hosts

    def find(self, name):
        """→ the host, or None"""
        name = (name or "").lower().rstrip(".")
        if name in self._hosts:
            return self._hosts[name]
        while "." in name:
            name = name.partition(".")[2]
            if "*." + name in self._hosts:
                return self._hosts["*." + name]
        return None
