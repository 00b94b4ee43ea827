using System.Runtime.CompilerServices;
using PdeDiffusion.Lanes;

namespace PdeDiffusion.Monitors.Measuring;

/// <summary>The smallest value of each lane of a register and its place; NaN is skipped. A lane contains every eighth cell.</summary>
internal unsafe struct RegisterLeast<TRegister>
    where TRegister : struct, IRegister<TRegister>
{
    private TRegister value;
    private TRegister at;

    /// <summary>The places of the register offered next.</summary>
    public TRegister Places { get; private set; }

    /// <param name="place">Place of the first lane.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RegisterLeast<TRegister> Start(int place)
    {
        double* places = stackalloc double[8];
        for (int lane = 0; lane < TRegister.Count; lane++)
            places[lane] = place + lane;
        return new() { value = TRegister.Create(double.PositiveInfinity), at = TRegister.Create(0), Places = TRegister.Load(places) };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Offer(TRegister candidate)
    {
        at = TRegister.IfGreater(value, candidate, Places, at);
        value = TRegister.IfGreater(value, candidate, candidate, value);
        Places += TRegister.Create(8);
    }

    /// <summary>Offers the lanes' values; <paramref name="first"/> is the cell of place 0.</summary>
    public readonly void OfferTo(ref Extremum target, int first)
    {
        double* values = stackalloc double[8], places = stackalloc double[8];
        value.Store(values);
        at.Store(places);
        for (int lane = 0; lane < TRegister.Count; lane++)
        {
            if (values[lane] < double.PositiveInfinity)
                target.OfferLow(values[lane], first + (int)places[lane]);
        }
    }
}
