using PdeDiffusion.Files;

namespace PdeDiffusion.Tables;

/// <summary>An array of real numbers in the order of C: the last index varies fastest.</summary>
/// <param name="Shape">Lengths along the axes; empty for a single number.</param>
/// <param name="Values">As many as the product of the lengths.</param>
public sealed record NumpyArray(IReadOnlyList<int> Shape, double[] Values)
{
    /// <summary>The shape as NumPy prints it, e.g. <c>(300, 2)</c>.</summary>
    public string ShapeText => NumpyHeader.Text([.. Shape.Select(length => (long)length)]);

    /// <summary>A matrix N × d as its rows; a vector of length N counts as N × 1.</summary>
    /// <param name="name">The array as messages call it.</param>
    /// <exception cref="InputException">The array has another number of axes.</exception>
    public (int Rows, int Columns) AsMatrix(string name) => Shape switch
    {
        [var rows] => (rows, 1),
        [var rows, var columns] => (rows, columns),
        _ => throw InputText.Wrong(name, $"must have one row per point, shape (N, d), but has shape {ShapeText}"),
    };
}
