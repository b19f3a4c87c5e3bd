using OrleansRelease.Ports.Storage;

namespace OrleansRelease.Host.Running;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it has started, is not stopping, its store answers,
/// and so does one that decides. Neither needs the token, neither tells anything else.
/// </summary>
internal sealed class Readiness(
    IHostApplicationLifetime lifetime, Drain drain, ILog log, IGrainFactory grains, RunOptions options)
{
    private static readonly TimeSpan StoreAnswersWithin = TimeSpan.FromSeconds(3);

    public static void Map(WebApplication app)
    {
        var health = app.MapGroup("/health").WithTags("Health").AllowAnonymous();
        health.MapGet("/live", () => Results.Text("live")).WithName("isLive").WithSummary("The process answers");
        health.MapGet("/ready", async (Readiness readiness, CancellationToken cancellation) =>
            await readiness.WhyNotAsync(cancellation) is { } reason
                ? Results.Text(reason, statusCode: StatusCodes.Status503ServiceUnavailable)
                : Results.Text("ready"))
            .WithName("isReady").WithSummary("It has started, is not stopping, and its store answers");
    }

    private async Task<string?> WhyNotAsync(CancellationToken cancellation)
    {
        if (!lifetime.ApplicationStarted.IsCancellationRequested) return "starting";
        if (drain.HasBegun || lifetime.ApplicationStopping.IsCancellationRequested) return "stopping";
        try
        {
            await log.HeadAsync(cancellation).WaitAsync(StoreAnswersWithin, cancellation);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            return "the store does not answer";
        }

        return options.Role == Role.Gateway ? await WhyNobodyDecidesAsync(cancellation) : null;
    }

    private async Task<string?> WhyNobodyDecidesAsync(CancellationToken cancellation)
    {
        try
        {
            await grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true, cancellation)
                .WaitAsync(StoreAnswersWithin, cancellation);
            return null;
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            return "nobody who decides answers";
        }
    }
}
