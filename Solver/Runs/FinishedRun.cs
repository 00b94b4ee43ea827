using PdeDiffusion.Files;
using PdeDiffusion.Monitors;
using PdeDiffusion.Tables;

namespace PdeDiffusion.Runs;

/// <summary>Reads what a finished run has left in its folder, without a claim on it.</summary>
public static class FinishedRun
{
    /// <summary>The readings of a finished run, in the order of the flow.</summary>
    /// <exception cref="InputException">The folder contains no finished run, or its readings cannot be read.</exception>
    public static IReadOnlyList<Reading> ReadReadings(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string shown = InputText.NameOf(folder);
        if (!Directory.Exists(folder))
            throw InputText.Wrong(shown, "there is no such folder");
        RunRecord? record;
        try
        {
            string file = Path.Combine(folder, RunRecord.FileName);
            record = File.Exists(file) ? RunRecord.Read(file) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw InputText.Wrong(shown, "cannot be read: " + failure.Message.ReplaceLineEndings(" "));
        }

        if (record is not { Finished: true })
            throw InputText.Wrong(shown, "contains no finished run: run its config first");
        return ReadingsReader.Read(Path.Combine(folder, "readings.csv"));
    }
}
