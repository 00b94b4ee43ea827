using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PdeDiffusion.Grids;

/// <summary>Finds the first value that is not finite, at memory bandwidth.</summary>
public static class FiniteCheck
{
    /// <summary>Index of the first NaN or infinity; −1 if all values are finite.</summary>
    public static int FirstNonFinite(ReadOnlySpan<double> values)
    {
        int lanes = Vector512<double>.Count;
        ref double first = ref MemoryMarshal.GetReference(values);
        Vector512<double> sum = Vector512<double>.Zero;
        int index = 0;
        for (; index <= values.Length - lanes; index += lanes)
        {
            // x − x is 0 for a finite x and NaN otherwise, and a sum that has met NaN stays NaN.
            var lane = Vector512.LoadUnsafe(ref first, (nuint)index);
            sum += lane - lane;
        }

        double rest = Vector512.Sum(sum);
        for (; index < values.Length; index++)
            rest += values[index] - values[index];
        if (rest == 0)
            return -1;
        index = 0;
        while (double.IsFinite(values[index]))
            index++;
        return index;
    }
}
