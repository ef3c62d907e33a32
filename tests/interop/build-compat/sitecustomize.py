# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts back the names Python 3.10 moved from collections to collections.abc.

Loaded through PYTHONPATH by the gyp that ships inside mediasoup 3.8.4.
"""
import collections
import collections.abc

for _name in collections.abc.__all__:
    if not hasattr(collections, _name):
        setattr(collections, _name, getattr(collections.abc, _name))
