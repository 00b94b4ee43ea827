using PuppeteerSharp;

namespace PdeDiffusion.Tests.Reports;

/// <summary>
/// A page in an installed Chromium; a test is inconclusive where there is none. The pages of all tests are in one program, each with
/// storage, cache and focus of its own: starting a program takes longer than opening a page.
/// </summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    private static readonly Lazy<Task<IBrowser>> Started = new(Start);

    private readonly IBrowserContext context;

    private Browser(IBrowserContext context, IPage page) => (this.context, Page) = (context, page);

    public IPage Page { get; }

    /// <summary>Messages of the console and errors of the scripts.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Addresses asked for, the page's own left out.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Opens a file and waits until all is drawn.</summary>
    public static async Task<Browser> Open(string file, int width = 1200, int height = 900, bool isDark = false, bool scripts = true)
    {
        IBrowserContext context = await (await Started.Value).CreateBrowserContextAsync();
        var opened = new Browser(context, await context.NewPageAsync());

        // As in the only window, whatever other tests do in theirs.
        await opened.Page.Client.SendAsync("Emulation.setFocusEmulationEnabled", new { enabled = true });
        string address = new Uri(file).AbsoluteUri;
        opened.Page.Console += (_, message) => opened.Errors.Add($"{message.Message.Type}: {message.Message.Text}");
        opened.Page.PageError += (_, fault) => opened.Errors.Add(fault.Message);
        opened.Page.Request += (_, asked) =>
        {
            if (asked.Request.Url != address && !asked.Request.Url.StartsWith("data:", StringComparison.Ordinal))
                opened.Requests.Add(asked.Request.Url);
        };
        await opened.Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = height });
        if (isDark)
        {
            await opened.Page.EmulateMediaFeaturesAsync(
                [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = "dark" }]);
        }

        await opened.Page.SetJavaScriptEnabledAsync(scripts);
        await opened.Page.GoToAsync(address);
        if (scripts)
            await opened.Drawn();
        return opened;
    }

    /// <summary>Loads the page again and waits until all is drawn.</summary>
    public async Task Reload()
    {
        await Page.ReloadAsync();
        await Drawn();
    }

    public Task<T> Ask<T>(string expression) => Page.EvaluateExpressionAsync<T>(expression);

    public Task<string> Text(string selector) =>
        Page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);

    /// <summary>Nothing was said on the console, no script failed, and nothing was asked for.</summary>
    public void AssertQuiet()
    {
        Assert.IsEmpty(Errors, string.Join("\n", Errors));
        Assert.IsEmpty(Requests, string.Join("\n", Requests));
    }

    private Task<IJSHandle> Drawn() => Page.WaitForFunctionAsync(
        "() => document.documentElement.dataset.ready && [...document.querySelectorAll('.drawn')].every(host => "
        + "host.dataset.ready || host.dataset.failure || !host.querySelector('.timeline'))");

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    /// <summary>Ends the program, if a test has started it.</summary>
    internal static async Task End()
    {
        if (!Started.IsValueCreated || !Started.Value.IsCompletedSuccessfully)
            return;
        IBrowser browser = await Started.Value;
        await browser.CloseAsync();
        browser.Dispose();
    }

    private static Task<IBrowser> Start()
    {
        string? program = Environment.GetEnvironmentVariable("PUPPETEER_EXECUTABLE_PATH") ?? Array.Find(Places, File.Exists);
        if (program is null)
            Assert.Inconclusive("no Chromium is installed: pages were not opened in a browser");
        return Puppeteer.LaunchAsync(
            new LaunchOptions { Headless = true, ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu"] });
    }
}
