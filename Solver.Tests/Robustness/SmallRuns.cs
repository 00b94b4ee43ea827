namespace PdeDiffusion.Tests.Robustness;

/// <summary>Configs whose runs take a fraction of a second, a checkpoint every step or two.</summary>
internal static class SmallRuns
{
    /// <summary>Generation on a line, with every monitor, plots and a reference-free mixture.</summary>
    public const string Line = """
        {
          "name": "line",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 150 } ] },
          "data": { "kind": "points", "points": [[-1], [0.5], [2]], "weights": [0.5, 0.3, 0.2] },
          "time": { "end": 1, "stop": 0.01, "steps": 24, "warmup": 8 },
          "generation": { "epsilon": 0.3, "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 } },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [1, 0.3, 0.1, 0.01], "plots": false }
        }
        """;

    /// <summary><see cref="Line"/> with data that have a density, from which a trade-off draws.</summary>
    public static readonly string Smooth = Line.Replace(
        "\"kind\": \"points\", \"points\": [[-1], [0.5], [2]]",
        "\"kind\": \"gaussians\", \"variances\": [0.1, 0.2, 0.3], \"means\": [[-1], [0.5], [2]]", StringComparison.Ordinal);

    /// <summary>Generation with ε(t), particles of DDIM and the gradient budget of a perturbed score.</summary>
    public const string Varying = """
        {
          "name": "varying",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 120 } ] },
          "data": { "kind": "gaussians", "variances": [0.1, 0.2], "means": [[-1], [0.5]] },
          "time": { "end": 1, "stop": 0.01, "steps": 20, "warmup": 8 },
          "generation": { "epsilon": [[0.02, 0.1], [0.1, 0], [0.4, 1]], "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 },
            "score": { "kind": "perturbed", "scale": 1.05 } },
          "particles": { "count": 200, "method": "ddim", "steps": 15, "trajectories": 2 },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [1, 0.3, 0.1, 0.01], "plots": false }
        }
        """;

    /// <summary>Generation in the plane with a reference, levels that are not all kept, and figures.</summary>
    public const string Plane = """
        {
          "name": "plane",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 24 }, { "from": -6, "to": 6, "cells": 20 } ] },
          "data": { "kind": "gaussians", "means": [[0.2, 0]], "variances": [0.25] },
          "time": { "end": 1, "stop": 0.01, "steps": 20, "warmup": 8 },
          "generation": { "epsilon": 1, "start": { "kind": "gaussian", "mean": [0.3, 0.1], "variance": 2.4 } },
          "reference": { "kind": "gaussian" },
          "memory": 60000,
          "checkpoint": { "steps": 2 },
          "output": { "snapshots": [1, 0.1, 0.01], "plots": true }
        }
        """;

    /// <summary>Noising alone.</summary>
    public const string Forward = """
        {
          "name": "forward",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 100, "boundary": "periodic" } ] },
          "data": { "kind": "points", "points": [[-1], [0.5], [2]] },
          "time": { "end": 1, "stop": 0.01, "steps": 24, "warmup": 8 },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [0.01, 0.05, 0.2, 1], "plots": false }
        }
        """;

    /// <summary>The remap in the plane, with a closed-form forward flow and particles.</summary>
    public const string Remap = """
        {
          "name": "remap",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 24 }, { "from": -6, "to": 6, "cells": 20 } ] },
          "data": { "kind": "gaussians", "means": [[0.2, 0], [-1, 1]], "variances": [0.25, 0.3] },
          "time": { "end": 1, "stop": 0.01, "steps": 20, "warmup": 8 },
          "generation": { "epsilon": 0.2, "start": { "kind": "gaussian", "mean": [0.3, 0.1], "variance": 2.4 } },
          "scheme": { "kind": "remap", "reconstruction": "parabolic" },
          "particles": { "count": 300, "seed": 7, "steps": 20, "trajectories": 3 },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [1, 0.1, 0.01], "plots": false }
        }
        """;

    /// <summary>Guidance on a part of the levels, with noise that varies, the potential and the tilted law.</summary>
    public const string Guided = """
        {
          "name": "guided",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 120 } ] },
          "data": { "kind": "points", "points": [[-1], [0.5], [2]] },
          "time": { "end": 1, "stop": 0.01, "steps": 20 },
          "generation": {
            "epsilon": [[0.05, 0], [0.2, 0.4], [0.5, 1.2]],
            "start": { "kind": "gaussian", "mean": [0.3], "variance": 2.4 },
            "score": { "kind": "mixed", "terms": [
              { "weight": [[0.1, 1], [0.3, 2]], "score": { "kind": "mixture", "data": { "kind": "points", "points": [[-1], [2]] } } },
              { "weight": [[0.1, 0], [0.3, -1]], "score": { "kind": "mixture", "data": {
                "kind": "points", "points": [[-1], [0.5], [2]] } } } ] } },
          "particles": { "count": 200, "seed": 7, "steps": 20, "method": "exponential", "trajectories": 3 },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [1, 0.1, 0.01], "plots": false }
        }
        """;

    /// <summary>Peaked data and coarse steps in the plane: the cross correction is cut, and the count of it is resumed.</summary>
    public const string Cross = """
        {
          "name": "cross",
          "mesh": { "axes": [
            { "from": -6, "to": 6, "cells": 48, "boundary": "periodic" },
            { "from": -6, "to": 6, "cells": 44 }
          ] },
          "data": { "kind": "gaussians", "means": [[0.9, 0.4], [-1, -1]], "variances": [0.02, 0.03] },
          "time": { "end": 1, "stop": 0.001, "steps": 12 },
          "forward": { "kind": "closed-form" },
          "generation": { "epsilon": 0, "start": { "kind": "gaussian", "mean": [0.3, 0.1], "variance": 2.4 } },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [1, 0.1, 0.001], "plots": false }
        }
        """;

    /// <summary>Figures in the plane, as cheaply as can be: it is run for every single write of it.</summary>
    public const string Tiny = """
        {
          "name": "tiny",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 10 }, { "from": -6, "to": 6, "cells": 8 } ] },
          "data": { "kind": "gaussians", "means": [[0.2, 0], [-1, 1]], "variances": [0.25, 0.3] },
          "time": { "end": 1, "stop": 0.1, "steps": 4, "warmup": 4 },
          "generation": { "epsilon": 0.2, "start": { "kind": "gaussian", "mean": [0.3, 0.1], "variance": 2.4 } },
          "checkpoint": { "steps": 2 },
          "output": { "snapshots": [1, 0.1], "plots": true }
        }
        """;

    /// <summary>Every phase long enough to be met: forward, generation, particles, figures.</summary>
    public const string Long = """
        {
          "name": "long",
          "mesh": { "axes": [ { "from": -6, "to": 6, "cells": 60 }, { "from": -6, "to": 6, "cells": 50 } ] },
          "data": { "kind": "gaussians", "means": [[0.2, 0], [-1, 1]], "variances": [0.25, 0.3] },
          "time": { "end": 1, "stop": 0.01, "steps": 30, "warmup": 3000 },
          "forward": { "kind": "implicit-euler" },
          "generation": { "epsilon": 0.2, "start": { "kind": "gaussian", "mean": [0.3, 0.1], "variance": 2.4 } },
          "scheme": { "kind": "remap", "reconstruction": "parabolic" },
          "particles": { "count": 1000, "seed": 7, "steps": 1000, "trajectories": 3 },
          "checkpoint": { "steps": 1 },
          "output": { "snapshots": [1, 0.5, 0.1, 0.05, 0.01], "plots": true }
        }
        """;
}
