"""Ports for the programs that a test starts; see ports.h for why nobody else is given them."""
import socket

held = []


def free_port():
    taken = socket.socket()
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", 0))
    held.append(taken)
    return taken.getsockname()[1]
