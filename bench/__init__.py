"""Figures beside a peer in the same run. `make bench`, or `python -m bench capacity|start|updates`."""
