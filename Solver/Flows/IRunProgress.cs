namespace PdeDiffusion.Flows;

/// <summary>Receives the progress and the notes of a run.</summary>
public interface IRunProgress
{
    /// <summary>Begins a phase.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="steps">Its steps.</param>
    /// <param name="later">Steps of the phases after it.</param>
    /// <param name="cellCount">Cells updated per step.</param>
    void Begin(string name, long steps, long later, int cellCount);

    /// <summary>Counts one step.</summary>
    void Step();

    /// <summary>Reports one line that the user should know.</summary>
    void Note(string text);

    /// <summary>Ends the display of the current phase.</summary>
    void Clear();
}
