using ScottPlot;

namespace PdeDiffusion.Plots;

/// <summary>A quantity of every run of a parameter study.</summary>
/// <param name="Name">For the name of its figure.</param>
/// <param name="Label">For the axis.</param>
/// <param name="Values">One per run; NaN where the run has none.</param>
public sealed record GridQuantity(string Name, string Label, IReadOnlyList<double> Values)
{
    /// <summary>Lower ends of intervals, one per run; empty if there are none.</summary>
    public IReadOnlyList<double> Low { get; init; } = [];

    /// <summary>Upper ends of intervals.</summary>
    public IReadOnlyList<double> High { get; init; } = [];

    /// <summary>True if it differs between runs by more than rounding.</summary>
    internal bool Varies
    {
        get
        {
            double[] finite = [.. Values.Where(double.IsFinite)];
            return finite.Length > 0 && finite.Max() - finite.Min() > 1e-12 * finite.Max(Math.Abs);
        }
    }
}

/// <summary>
/// The figures of a parameter study: the quantities of its runs over the values of the last key, a line for each combination of the values
/// of the others.
/// </summary>
public sealed class GridPlots
{
    /// <summary>More lines than colours are coloured along a map; more than this are not all listed.</summary>
    private const int MostListed = 18;

    private readonly string title;
    private readonly Rendering rendering;
    private readonly string axisLabel;
    private readonly ParameterAxis axis;
    private readonly string[] places;
    private readonly (string Label, int[] Runs)[] lines;

    /// <param name="title">What study.</param>
    /// <param name="keys">The keys that vary.</param>
    /// <param name="settings">For each run its values of the keys, as texts.</param>
    public GridPlots(string title, IReadOnlyList<string> keys, IReadOnlyList<IReadOnlyList<string>> settings, Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentNullException.ThrowIfNull(settings);
        (this.title, this.rendering) = (title, rendering);
        string[] names = [.. keys.Select(key => NameOf(key, keys))];
        places = [.. settings.Select(setting => setting[^1])];
        axis = new ParameterAxis(places);
        axisLabel = axis.Note.Length > 0 ? $"{names[^1]} ({axis.Note})" : names[^1];
        int[] varying = [.. Enumerable.Range(0, keys.Count - 1).Where(key => settings.Any(setting => setting[key] != settings[0][key]))];
        lines = [.. Enumerable.Range(0, settings.Count)
            .GroupBy(run => string.Join('\n', settings[run].Take(keys.Count - 1)))
            .Select(line => (
                string.Join(", ", varying.Select(key => $"{names[key]} = {ParameterAxis.Text(settings[line.First()][key])}")),
                line.OrderBy(run => axis.Of(places[run])).ToArray()))];
    }

    /// <summary>
    /// <c>grid</c> with a panel for each quantity that varies between runs, one figure for each quantity, and <c>grid-slacks</c> with a
    /// panel for each monitor. Quantities without a finite value are left out.
    /// </summary>
    public IEnumerable<Func<Figure>> Draw(IReadOnlyList<GridQuantity> quantities, IReadOnlyList<GridQuantity> slacks)
    {
        GridQuantity[] shown = [.. quantities.Where(HasValues)], monitors = [.. slacks.Where(HasValues)];
        GridQuantity[] varying = [.. shown.Where(quantity => quantity.Varies)];
        if (varying.Length > 0)
            yield return () => Panels("grid", title, varying);
        foreach (GridQuantity quantity in shown)
            yield return () => Single(quantity);
        if (monitors.Length > 0)
            yield return () => Panels("grid-slacks", $"{title}: least slack of each monitor", monitors);
    }

    private static bool HasValues(GridQuantity quantity) => quantity.Values.Any(double.IsFinite);

    /// <summary>The last part of a key where no other key ends alike; ε for the noise level.</summary>
    private static string NameOf(string key, IReadOnlyList<string> keys)
    {
        const string NoiseLevel = "generation.epsilon";
        string last = key[(key.LastIndexOf('.') + 1)..];
        return key == NoiseLevel ? "ε"
            : keys.Count(other => other == last || other.EndsWith("." + last, StringComparison.Ordinal)) > 1 ? key : last;
    }

    private Figure Single(GridQuantity quantity)
    {
        var sheet = new Sheet($"{title}: {quantity.Label}", 1, 520, 340, Sheet.UntitledMargins)
        {
            Key = lines.Length == 1 ? [] : [.. Listed().Select(
                line => Key(line, line < 0 ? $"… and {lines.Length - MostListed + 1} more" : lines[line].Label))],
        };
        sheet.Add(Panel(quantity, ""));
        return sheet.ToFigure("grid-" + quantity.Name.Replace('_', '-'), rendering);
    }

    private Figure Panels(string name, string heading, GridQuantity[] quantities)
    {
        const double Width = 290, PixelsPerCharacter = 7.5, Symbol = Style.SymbolWidth + 26, MostRows = 3;
        int columns = Math.Min(quantities.Length <= 4 ? 2 : quantities.Length <= 9 ? 3 : 4, quantities.Length);
        double room = columns * (Width + Sheet.PlainMargins.Horizontal);
        double needed = lines.Sum(line => Symbol + PixelsPerCharacter * line.Label.Length);
        bool isListed = lines.Length > 1 && needed < MostRows * room;
        var sheet = new Sheet(
            isListed || lines.Length == 1 ? heading : $"{heading} (lines as in the figure of each quantity)", columns, Width, 200,
            Sheet.PlainMargins)
        {
            Key = isListed ? [.. Enumerable.Range(0, lines.Length).Select(line => Key(line, lines[line].Label))] : [],
        };
        foreach (GridQuantity quantity in quantities)
            sheet.Add(Panel(quantity, quantity.Label));
        return sheet.ToFigure(name, rendering);
    }

    private Plot Panel(GridQuantity quantity, string heading)
    {
        double[] all = [.. quantity.Values, .. quantity.Low, .. quantity.High];
        ValueAxis values = ValueAxis.Spanning(all);
        double[] shown = [.. quantity.Values.Select(values.Of)];
        Interval y = Interval.Covering(all.Select(values.Of));
        double half = 0.5 * Math.Abs(y.High);
        y = (y.Span < 2e-6 * half ? Interval.Of(y.Low - half, y.High + half) : y).Padded(0.08);
        string label = heading.Length > 0 ? "" : quantity.Label;
        if (values.Note.Length > 0)
            label = label.Length > 0 ? $"{label} ({values.Note})" : values.Note;
        Plot plot = Style.NewPanel(heading, axisLabel, label, axis.Range, y);
        plot.Axes.Title.Label.FontSize = Style.TextSize;
        plot.Axes.Bottom.TickGenerator = axis.Ticks;
        plot.Axes.Left.TickGenerator = values.Ticks;
        for (int line = 0; line < lines.Length; line++)
        {
            int[] runs = lines[line].Runs;
            double[] x = [.. runs.Select(run => axis.Of(places[run]))], own = [.. runs.Select(run => shown[run])];
            Style.AddCurve(plot, x, own, ColourOf(line));
            foreach (int run in quantity.Low.Count > 0 ? runs : [])
                AddInterval(plot, axis.Of(places[run]), values.Of(quantity.Low[run]), values.Of(quantity.High[run]), ColourOf(line));
            int[] finite = [.. Enumerable.Range(0, own.Length).Where(k => double.IsFinite(own[k]))];
            if (finite.Length > 0)
            {
                plot.Add.Markers(
                    finite.Select(k => x[k]).ToArray(), finite.Select(k => own[k]).ToArray(), Style.Shape(line), 7, ColourOf(line));
            }
        }

        return plot;
    }

    private static void AddInterval(Plot plot, double x, double low, double high, Color color)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high))
            return;
        ScottPlot.Plottables.LinePlot bar = plot.Add.Line(x, low, x, high);
        bar.LineColor = color;
        bar.LineWidth = 1;
        bar.MarkerSize = 0;
    }

    /// <summary>The lines of the legend; −1 stands for those that it has no room for.</summary>
    private IEnumerable<int> Listed() => lines.Length <= MostListed ? Enumerable.Range(0, lines.Length)
        : Enumerable.Range(0, MostListed - 1).Append(-1);

    private LegendItem Key(int line, string label) => line < 0 ? new LegendItem { LabelText = label } : new LegendItem
    {
        LabelText = label,
        LineColor = ColourOf(line),
        LineWidth = Style.LineWidth,
        MarkerStyle = new MarkerStyle(Style.Shape(line), 7, ColourOf(line)) { LineColor = ColourOf(line), LineWidth = 1 },
    };

    private Color ColourOf(int line) => lines.Length <= Style.Categories ? Style.Category(line) : Style.OfTime(line, lines.Length);
}
