using System.Text;
using PdeDiffusion.Files;
using PdeDiffusion.Flows;
using PdeDiffusion.Grids;
using PdeDiffusion.Problems;
using PdeDiffusion.Threads;

namespace PdeDiffusion.Runs;

/// <summary>
/// The problem of a run at other resolutions, of which only the result at stop is needed: no monitors, no particles, no output. Results are
/// remembered. In a run with a folder their states are kept like those of the run itself, on its schedule and at an interruption, one file
/// per resolution, until the run has finished.
/// </summary>
/// <param name="folder">Null to keep nothing.</param>
/// <param name="earlier">Runs of the same problem at another resolution, whose results are used; null if there are none.</param>
public sealed class CompanionRuns(
    Problem problem, WorkerTeam team, RunFolder? folder, IRunProgress progress, CompanionRuns? earlier = null)
{
    /// <summary>By their resolved configs.</summary>
    private readonly Dictionary<string, (CompanionRun Run, Solution Solution)> finished = earlier?.finished ?? [];

    /// <summary>
    /// The estimated error of a result; null, with a note, if a companion cannot be run, as on a grid so coarse that u_T is at its floor
    /// where v_T has mass.
    /// </summary>
    /// <exception cref="RunInterruptedException">Cancelled; what the companions have done is kept.</exception>
    public ErrorEstimate? Estimate(Solution result, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(result);
        Resolution half = result.Resolution.Half;
        if (!result.Resolution.HasCompanions)
        {
            if (problem.Config.ErrorEstimate == true)
                progress.Note($"note: no error estimate, because {result.Resolution.Words} have no half and quarter");
            return null;
        }

        try
        {
            return ErrorEstimate.Of(
                result, Solve(half, "half resolution", cancellation), Solve(half.Half, "quarter resolution", cancellation),
                ErrorEstimate.IsFirstOrder(problem.Config));
        }
        catch (Exception failure) when (failure is InputException or (RunFailedException and not RunInterruptedException))
        {
            progress.Note($"note: no error estimate, because a run at lower resolution failed: {failure.Message}");
            return null;
        }
    }

    /// <summary>The result at a resolution.</summary>
    /// <param name="name">What the progress line calls the run.</param>
    /// <exception cref="InputException">It cannot be built, or v_T has mass where u_T is at its floor.</exception>
    /// <exception cref="RunFailedException">A value is not finite.</exception>
    /// <exception cref="RunInterruptedException">Cancelled; what has been done is kept.</exception>
    public Solution Solve(Resolution resolution, string name, CancellationToken cancellation)
    {
        Problem companion = problem.At(resolution);
        string key = ConfigFile.Write(companion.Config);
        if (finished.TryGetValue(key, out (CompanionRun Run, Solution Solution) known))
            return known.Solution;
        var run = new CompanionRun(companion, resolution, team, folder);
        try
        {
            double[] values = run.Run(new CompanionProgress(progress, name), cancellation);
            var solution = new Solution(resolution, companion.Grid, values);
            finished.Add(key, (run, solution));
            if (problem.Config.Checkpoint is not null)
                run.Keep(values);
            return solution;
        }
        catch (RunInterruptedException interrupted)
        {
            foreach ((CompanionRun done, Solution solution) in finished.Values)
                done.Keep(solution.Values);
            throw new RunInterruptedException($"{name}: {interrupted.Message}");
        }
        finally
        {
            progress.Clear();
        }
    }
}

/// <summary>One companion run and its file.</summary>
internal sealed class CompanionRun(Problem problem, Resolution resolution, WorkerTeam team, RunFolder? folder) : IWatcher
{
    private readonly CheckpointSchedule due = new(problem.Config.Checkpoint);
    private readonly RunIdentity? identity = folder is null ? null : RunIdentity.Of(problem.Config);

    private bool isKept;

    private bool IsForward => problem.Config.Generation is null;

    /// <summary>Runs to stop, from where an interrupted one had come.</summary>
    /// <returns>Cell averages of v, or of u without generation.</returns>
    public double[] Run(IRunProgress progress, CancellationToken cancellation)
    {
        Checkpoint? from = identity is null ? null : folder!.Read(resolution, identity);
        if (from is not null && (from.Density.Length != problem.Grid.CellCount || (from.Phase == CheckpointPhase.Forward) != IsForward))
            from = null;
        if (from is not null && (IsForward ? from.Step >= problem.Times.Warmup : from.Step == 0))
        {
            isKept = true;
            return from.Density;
        }

        var method = new Discretisation(problem, team);

        // Forward, stop is the first level: what comes after it is not computed.
        var end = new EndWatcher(IsForward);
        March march = method.March(method.Forward(), [end, this], progress, IsForward ? null : from?.Step);
        if (IsForward)
        {
            if (from is not null)
                march.Resume(from.Step, from.Density);
            march.Advance(cancellation);
        }
        else
        {
            march.Noise(cancellation);
            if (from is null)
            {
                method.Begin(march);
            }
            else
            {
                march.Resume(CellValues.Copy(from.Density));
                using var state = new BinaryReader(new MemoryStream(from.MonitorState), Encoding.UTF8);
                march.Backward!.Restore(state);
            }

            march.Generate(cancellation);
        }

        return [.. march.Level.V ?? march.Level.U];
    }

    /// <summary>Keeps the result, unless its file has it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Keep(double[] values)
    {
        if (isKept)
            return;
        Write(IsForward ? problem.Times.Warmup : 0, values, []);
        isKept = true;
    }

    /// <inheritdoc/>
    public bool IsDue(March march) => due.IsDue(march) && folder is not null;

    /// <inheritdoc/>
    public bool Watch(March march)
    {
        using var state = new MemoryStream();
        using (var writer = new BinaryWriter(state, Encoding.UTF8, leaveOpen: true))
            march.Backward?.Save(writer);
        Write(march.Backward?.Level.Index ?? march.StepsDone, march.Backward?.Level.V ?? march.Level.U, state.ToArray());
        due.Restart();
        return true;
    }

    private void Write(int step, double[] density, byte[] state) => folder?.Write(resolution, new Checkpoint(
        identity!, IsForward ? CheckpointPhase.Forward : CheckpointPhase.Generation, step, density, [], [], [], state));

    /// <summary>Ends the forward flow alone at stop.</summary>
    private sealed class EndWatcher(bool isForward) : IWatcher
    {
        /// <inheritdoc/>
        public bool IsDue(March march) => isForward && march.Level.Index == 0;

        /// <inheritdoc/>
        public bool Watch(March march) => false;
    }
}
