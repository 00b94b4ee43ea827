using System.Globalization;
using PdeDiffusion.Samples;

var samples = new Dictionary<string, Action>
{
    ["first-run"] = FirstRun.Run,
    ["own-score"] = OwnScore.Run,
    ["own-monitor"] = OwnMonitor.Run,
    ["own-datum"] = OwnDatum.Run,
    ["sweep"] = Sweep.Run,
};
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length != 1 || !samples.TryGetValue(args[0], out Action? sample))
{
    Console.Error.WriteLine($"usage: dotnet run --project samples -- NAME, with one of {string.Join(", ", samples.Keys)}");
    return 1;
}

sample();
return 0;
