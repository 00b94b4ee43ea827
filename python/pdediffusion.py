"""PdeDiffusion from Python: runs a config with the command pdediffusion and reads the result. Needs Python 3.9 and NumPy.

    import pdediffusion
    run = pdediffusion.run({
        "mesh": {"axes": [{"from": -8, "to": 8, "cells": 400}]},
        "data": {"kind": "points", "points": [[-5], [0], [5]]},
        "time": {"end": 1, "stop": 0.01, "steps": 50},
        "generation": {"epsilon": 0.2, "start": {"kind": "gaussian", "mean": [0], "variance": 18}},
        "output": {"snapshots": [1, 0.1, 0.01]},
    })
    run.times, run.x, run.v[-1], run.verdict

The command is that of the .NET tool PdeDiffusion.Tool; the environment variable PDEDIFFUSION names another, for example
"dotnet Solver/bin/Release/net10.0/linux-x64/PdeDiffusion.dll" in a clone. The keys of a config: docs/config.md.
"""

import copy
import csv
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import tempfile

import numpy as np

__all__ = ["run", "Run", "PdeDiffusionError"]


class PdeDiffusionError(Exception):
    """The program refused or failed; the message is what it wrote. code: 1 wrong option, 2 bad input, 4 failed or interrupted."""

    def __init__(self, message, code=None):
        super().__init__(message)
        self.code = code


class Run:
    """A finished run. Arrays have one entry per snapshot, in the order of generation: from times[0] = end down to stop.

    times, sigmas   (K,)    forward times t of the snapshots, and sigma = sqrt(2 t)
    x, y            (N,)    centres of the cells; y is None on a line
    fields          dict    name -> (K, Nx), in the plane (K, Ny, Nx): u, v, w, score, div_score, grad_log_u, lap_log_u, in the plane with
                            _x and _y; NaN where u is at its floor. Each is an attribute too: run.v
    readings        array   a row per monitor and level, with the columns of readings.csv: step, time, monitor, measured, bound, ...
    summary         dict    summary.json; verdict, findings: its verdict and its sentences
    particles       (M, d)  samples at stop; None if the config asks for none
    folder          path    the folder of the run; a temporary one lives as long as this object
    """

    def __init__(self, folder, temporary=None):
        self._temporary = temporary
        self.folder = pathlib.Path(folder)
        self.fields = {}
        snapshots = []
        for path in sorted((self.folder / "snapshots").glob("*.npz")):
            with np.load(path) as archive:
                snapshots.append({name: archive[name] for name in archive.files})
        if not snapshots:
            raise PdeDiffusionError(f"{self.folder}: has no snapshots as .npz: add \"formats\": [\"npz\"] to output")
        self.times = np.array([float(one["time"]) for one in snapshots])
        self.sigmas = np.array([float(one["sigma"]) for one in snapshots])
        self.x, self.y = snapshots[0]["x"], snapshots[0].get("y")
        for name in (str(name) for name in snapshots[0]["fields"]):
            self.fields[name] = np.stack([one[name] for one in snapshots])
        self.summary = json.loads((self.folder / "summary.json").read_text(encoding="utf-8"))
        self.verdict = self.summary.get("verdict")
        self.findings = [one["text"] for one in self.summary.get("findings", [])]
        self.readings = self.table("readings.csv") if (self.folder / "readings.csv").exists() else None
        self.particles = None
        if (self.folder / "particles.csv").exists():
            table = self.table("particles.csv")
            self.particles = np.stack([table[axis] for axis in ("x", "y") if axis in table.dtype.names], axis=1)

    def __getattr__(self, name):
        fields = self.__dict__.get("fields", {})
        if name in fields:
            return fields[name]
        raise AttributeError(f"a run has no {name}; its fields are {', '.join(fields)}")

    def __repr__(self):
        cells = " x ".join(str(len(axis)) for axis in (self.x, self.y) if axis is not None)
        return f"<Run: {cells} cells, {len(self.times)} snapshots, {self.verdict}>"

    def table(self, name):
        """A CSV file of the folder as a structured array; numbers where a whole column is numeric, NaN where it is empty."""
        with open(self.folder / name, newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file))
        columns = []
        for index in range(len(header)):
            texts = [row[index] for row in rows]
            try:
                columns.append(np.array([float(text) if text else np.nan for text in texts]))
            except ValueError:
                columns.append(np.array(texts))
        table = np.empty(len(rows), dtype=[(key, column.dtype) for key, column in zip(header, columns)])
        for key, column in zip(header, columns):
            table[key] = column
        return table

    def monitor(self, name):
        """The readings of one monitor, from T to stop."""
        found = self.readings[self.readings["monitor"] == name] if self.readings is not None else []
        if len(found) == 0:
            names = [] if self.readings is None else sorted(set(self.readings["monitor"]))
            raise KeyError(f"no readings of {name}; there are {', '.join(names) or 'none'}")
        return found


def run(config, *, folder=None, overrides=None, threads=None, command=None, timeout=None):
    """Runs a config and reads its result.

    config     a dict as docs/config.md describes it ("name" may be absent; relative paths are relative to the current folder), or the
               path of a file
    folder     where the files go, which is kept; a temporary folder if None
    overrides  dict of keys to values that replace those of the config, e.g. {"generation.epsilon": 1}
    threads    results do not depend on it
    command    how the program is called, a list or a string; PDEDIFFUSION or pdediffusion if None
    timeout    seconds after which the program is ended and subprocess.TimeoutExpired raised

    Returns a Run, whatever its verdict. Figures and the page are made only if the config asks for them. Raises PdeDiffusionError with
    the program's message if it refuses the config or fails, and if it cannot be found.
    """
    arguments = _command(command)
    temporary = None
    if folder is None:
        temporary = tempfile.TemporaryDirectory(prefix="pdediffusion-")
        folder = pathlib.Path(temporary.name) / "run"
    if isinstance(config, dict):
        config = copy.deepcopy(config)
        config.setdefault("name", "python")
        output = config.setdefault("output", {})
        output.setdefault("plots", False)
        output.setdefault("report", False)
        output["formats"] = sorted({"npz", *(output.get("formats") or [])})
        try:
            given = json.dumps(config, default=_number, allow_nan=False)
        except (TypeError, ValueError) as wrong:
            raise PdeDiffusionError(f"the config is not JSON: {wrong} (infinity is written \"inf\")", 2) from wrong
        arguments += ["run", "-"]
    else:
        given = ""
        arguments += ["run", os.fspath(config), "--set", 'output.formats=["npz"]']
    arguments += ["--out", str(folder), "--quiet"]
    for key, value in (overrides or {}).items():
        arguments += ["--set", f"{key}={value if isinstance(value, str) else json.dumps(value, default=_number)}"]
    if threads is not None:
        arguments += ["--threads", str(threads)]
    try:
        done = subprocess.run(arguments, input=given, capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False)
    except OSError as missing:
        raise PdeDiffusionError(_MISSING.format(arguments[0])) from missing
    if done.returncode not in (0, 3):
        raise PdeDiffusionError(done.stderr.strip() or f"the program ended with code {done.returncode}", done.returncode)
    return Run(folder, temporary)


_MISSING = ("the command {} was not found: install it with 'dotnet tool install --global PdeDiffusion.Tool', or set the environment "
            "variable PDEDIFFUSION to the command that starts it")


def _command(given):
    """The program with its leading arguments."""
    given = given or os.environ.get("PDEDIFFUSION") or "pdediffusion"
    words = shlex.split(given) if isinstance(given, str) else [os.fspath(word) for word in given]
    installed = pathlib.Path.home() / ".dotnet" / "tools" / words[0]
    if shutil.which(words[0]) is None and installed.exists():
        words[0] = str(installed)
    if shutil.which(words[0]) is None:
        raise PdeDiffusionError(_MISSING.format(words[0]))
    return words


def _number(value):
    """NumPy's arrays and numbers as JSON has them."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
