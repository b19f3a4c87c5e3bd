// The host's SDK implies these; the adapters' tests, which compile this file too, need them written down.
#pragma warning disable IDE0005
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
#pragma warning restore IDE0005

namespace OrleansRelease.Host.Samples;

/// <summary>
/// A small web service that is released in the demo and in tests: <c>/</c> for users, <c>/healthz</c>,
/// <c>/version</c> and <c>/metrics</c> for whoever runs it. Its version can be told to be a bad one.
/// </summary>
internal static class SampleService
{
    private static readonly TimeSpan Slowness = TimeSpan.FromMilliseconds(700);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string[] args)
    {
        if (SampleOptions.Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync($"usage: {SampleOptions.Usage}");
            return 2;
        }

        await using var log = SampleLog.Open(options.LogFile, options.Version, TimeProvider.System);
        await using var app = Build(options, log);
        while (options.ReadyWhen is { } file && !File.Exists(file)) await Task.Delay(Look);
        await app.StartAsync();
        await log.AddAsync("start");
        await app.WaitForShutdownAsync();
        await Task.Delay(TimeSpan.FromSeconds(options.StopsAfter));
        await log.AddAsync("stop");
        return 0;
    }

    private static WebApplication Build(SampleOptions options, SampleLog log)
    {
        // No arguments and no configuration: a variable meant for the host must not move this service's port.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "sample" });
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{options.Port}");
        builder.Logging.AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        var app = builder.Build();
        var requests = 0;
        var metrics = new SampleMetrics(options.Version);
        var places = new SamplePlaces(options.Capacity);
        app.Run(context => context.Request.Path.Value switch
        {
            "/healthz" => context.Response.WriteAsync("ok"),
            "/version" => context.Response.WriteAsJsonAsync(
                new SampleVersion(options.Version, Volatile.Read(ref requests))),
            "/metrics" when options.Fault != SampleFault.Silent => ShowAsync(context, metrics),
            "/" => AnswerAsync(
                context, options, log, metrics, places, Interlocked.Increment(ref requests)),
            _ => NotFoundAsync(context),
        });
        return app;
    }

    private static async Task AnswerAsync(
        HttpContext context, SampleOptions options, SampleLog log, SampleMetrics metrics, SamplePlaces places,
        int number)
    {
        var began = TimeProvider.System.GetTimestamp();
        var status = places.TryEnter()
            ? await ServeAsync(options, log, places, number)
            : StatusCodes.Status503ServiceUnavailable;
        context.Response.StatusCode = status;
        await context.Response.WriteAsync(options.Version);
        metrics.Count(status != StatusCodes.Status200OK, TimeProvider.System.GetElapsedTime(began));
        await log.AddAsync(status.ToString(CultureInfo.InvariantCulture));
    }

    private static async Task<int> ServeAsync(SampleOptions options, SampleLog log, SamplePlaces places, int number)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(options.Latency));
        if (options.Fault == SampleFault.Slow) await Task.Delay(Slowness);
        if (options.Fault == SampleFault.Crash && number >= options.After) await CrashAsync(log);
        var isBad = IsPicked(number, options.Rate) && (options.When is null || File.Exists(options.When))
            && (options.Fault == SampleFault.Errors
                || options.Fault == SampleFault.Late && number >= options.After
                || options.Fault == SampleFault.Flapping && number / options.After % 2 == 1);
        // Before the answer: whoever has that may come again at once.
        places.Leave();
        return isBad ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
    }

    // Exactly this share of the requests, evenly spread: the same numbers in every run.
    private static bool IsPicked(int number, double rate) =>
        Math.Floor(number * rate) > Math.Floor((number - 1) * rate);

    private static async Task CrashAsync(SampleLog log)
    {
        await log.AddAsync("crash");
        await log.DisposeAsync();
        await Console.Error.WriteLineAsync("the sample service crashes, as it was told to");
        Environment.Exit(1);
    }

    private static Task ShowAsync(HttpContext context, SampleMetrics metrics)
    {
        context.Response.ContentType = SampleMetrics.ContentType;
        return context.Response.WriteAsync(metrics.Text());
    }

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}

/// <summary>What the version endpoint says: the version, and how many users' requests it has served.</summary>
internal sealed record SampleVersion(string Version, int Requests);
