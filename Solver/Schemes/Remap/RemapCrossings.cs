namespace PdeDiffusion.Schemes.Remap;

/// <summary>The crossings Φ of a few lines, in the units of their cell masses (divided by the mean width).</summary>
internal readonly ref struct RemapCrossings(
    IForwardSweeps sweeps, int axis, int firstLine, double meanWidth, double[] uOld, double[] uNew, GenerationStep step)
{
    /// <summary>Φ at the lower face of a cell.</summary>
    public double At(int lane, int face) => sweeps.Crossing(axis, firstLine + lane, face, uOld, uNew, step) / meanWidth;
}
