namespace PdeDiffusion.Monitors.Measuring;

/// <summary>A smallest or largest value and the first cell that has it.</summary>
internal struct Extremum(double start)
{
    public double Value = start;
    public int Cell = -1;

    public void OfferLow(double value, int cell)
    {
        if (value < Value || (value == Value && cell < Cell))
            (Value, Cell) = (value, cell);
    }

    public void OfferHigh(double value, int cell)
    {
        if (value > Value || (value == Value && cell < Cell))
            (Value, Cell) = (value, cell);
    }
}
