"""The front door: the command ``lianqin``."""
