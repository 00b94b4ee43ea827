namespace PdeDiffusion.SpecialFunctions;

/// <summary>e^z − 1 and log(1 + z) with relative errors of some units in the last place, also near z = 0.</summary>
public static class NearZero
{
    /// <summary>e^z − 1 = 2 e^{z/2} sinh(z/2).</summary>
    public static double ExpMinusOne(double z) => 2 * Math.Exp(0.5 * z) * Math.Sinh(0.5 * z);

    /// <summary>log(1 + z) = 2 artanh(z/(2 + z)), z > −1.</summary>
    public static double LogOnePlus(double z) => Math.Abs(z) > 0.5 ? Math.Log(1 + z) : 2 * Math.Atanh(z / (2 + z));
}
