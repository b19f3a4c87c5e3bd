using System.Net;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace OrleansRelease.Adapters.Resilience;

/// <summary>
/// The only place where Polly is configured. A call that is given up ends in <see cref="TimeoutRejectedException"/>, a
/// caller's own cancellation in <see cref="OperationCanceledException"/>: the two mean different outcomes.
/// </summary>
internal sealed class Pipelines
{
    /// <summary>Attempts at one read, the first one included.</summary>
    public const int ReadAttempts = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly ResiliencePropertyKey<TimeSpan> Limit = new("limit");

    private readonly ResiliencePipeline _reads;
    private readonly ResiliencePipeline _once;

    public Pipelines(TimeProvider time)
    {
        _reads = new ResiliencePipelineBuilder { Name = "reads", TimeProvider = time }
            .AddTimeout(WithinLimit())
            .AddRetry(new RetryStrategyOptions
            {
                // Only what failed fast is worth another attempt: a slow source would be asked twice for nothing.
                ShouldHandle = new PredicateBuilder().Handle<HttpRequestException>(MayPass).Handle<IOException>(),
                MaxRetryAttempts = ReadAttempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = FirstWait,
                MaxDelay = LongestWait,
            })
            .Build();
        _once = new ResiliencePipelineBuilder { Name = "once", TimeProvider = time }.AddTimeout(WithinLimit()).Build();
    }

    /// <summary>
    /// A read that changes nothing: repeated with jitter while it throws <see cref="HttpRequestException"/> or
    /// <see cref="IOException"/>, all attempts and their bodies within <paramref name="limit"/>.
    /// </summary>
    public Task<T> ReadAsync<T>(
        TimeSpan limit, Func<CancellationToken, Task<T>> read, CancellationToken cancellation) =>
        RunAsync(_reads, limit, read, cancellation);

    /// <summary>
    /// A call that may change something: one attempt within <paramref name="limit"/>. Repeating it is the business of
    /// the effect, which writes each further attempt down before it is made.
    /// </summary>
    public Task<T> AdminAsync<T>(
        TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellation) =>
        RunAsync(_once, limit, call, cancellation);

    /// <summary>One look at something that is looked at again: one attempt within <paramref name="limit"/>.</summary>
    public Task<T> ProbeAsync<T>(
        TimeSpan limit, Func<CancellationToken, Task<T>> probe, CancellationToken cancellation) =>
        RunAsync(_once, limit, probe, cancellation);

    // What the caller asked wrongly (4xx) stays wrong, but for "later" and "slower".
    private static bool MayPass(HttpRequestException failure) =>
        failure.StatusCode is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
        || failure.StatusCode >= HttpStatusCode.InternalServerError;

    private static TimeoutStrategyOptions WithinLimit() =>
        new() { TimeoutGenerator = arguments => new(arguments.Context.Properties.GetValue(Limit, TimeSpan.Zero)) };

    private static async Task<T> RunAsync<T>(
        ResiliencePipeline pipeline, TimeSpan limit, Func<CancellationToken, Task<T>> call,
        CancellationToken cancellation)
    {
        // Polly takes a limit of zero for "none"; here every call has one.
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        var context = ResilienceContextPool.Shared.Get(cancellation);
        try
        {
            context.Properties.Set(Limit, limit);
            return await pipeline.ExecuteAsync(
                static async (inner, run) => await run(inner.CancellationToken), context, call);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
