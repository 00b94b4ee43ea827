using PuppeteerSharp;

namespace PdeDiffusion.Tests.Reports;

/// <summary>A page in an installed Chromium; a test is inconclusive where there is none.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private static readonly string[] Places =
    [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", @"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ];

    private readonly IBrowser browser;

    private Browser(IBrowser browser, IPage page) => (this.browser, Page) = (browser, page);

    public IPage Page { get; }

    /// <summary>Messages of the console and errors of the scripts.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Addresses asked for, the page's own left out.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Opens a file and waits until all is drawn.</summary>
    public static async Task<Browser> Open(string file, int width = 1200, int height = 900, bool isDark = false, bool scripts = true)
    {
        string? program = Environment.GetEnvironmentVariable("PUPPETEER_EXECUTABLE_PATH") ?? Array.Find(Places, File.Exists);
        if (program is null)
            Assert.Inconclusive("no Chromium is installed: pages were not opened in a browser");
        IBrowser started = await Puppeteer.LaunchAsync(
            new LaunchOptions { Headless = true, ExecutablePath = program, Args = ["--no-sandbox", "--disable-gpu"] });
        var opened = new Browser(started, await started.NewPageAsync());
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

    private async Task Drawn() => await Page.WaitForFunctionAsync(
        "() => document.documentElement.dataset.ready && [...document.querySelectorAll('.drawn')].every(host => "
        + "host.dataset.ready || host.dataset.failure || !host.querySelector('.timeline'))");

    public async ValueTask DisposeAsync()
    {
        await browser.CloseAsync();
        browser.Dispose();
    }
}
