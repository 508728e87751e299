"""The Textual app: reads views, sends command lines; never computes physics.

A picture's way: the session gives a ``View``; the ``desk`` holds it with what is selected and open; a panel of
``widgets`` draws it on a sheet of ``cells``, a plain function that tests read as text; the canvas finds the cells that
differ from the last sheet and its pen writes them, no faster than the ``terminal`` at the other end reads. A key's way
back: ``screens`` take it, ask the desk, and what it comes to is a line of the command language to the session.

``screens`` has a module for each screen, imported when it is first opened; ``title`` and ``concepts`` hold what the
title and the learn pages show, ``topics`` what the help says. ``shown`` knows which screen is shown, ``app`` begins and
ends, ``keys`` has all keys, ``settings`` what a player likes, ``runs`` and ``progress`` what was played before.
"""
