using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Simulating;

/// <summary>
/// Computes simulations, one at a time in a server: they cost processor time that releases under way need more.
/// </summary>
internal sealed class SimulationRun(TimeProvider time) : IDisposable
{
    /// <summary>
    /// After this long no further failure is tried: so whoever comes second still gets an answer in time.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(6);

    private readonly SemaphoreSlim _one = new(1);

    public async Task<Answer<ReleaseSimulation>> OfAsync(
        SimulationGround ground, string? failAt, bool failEach, CancellationToken cancellation)
    {
        FailurePoint? failure = null;
        if (failAt is not null)
        {
            failure = FailureText.Find(failAt, ground);
            if (failure is null)
            {
                return new Refusal(
                    Problems.UnknownStep, $"'{Answers.Shown(failAt)}' is no step of this release",
                    FailureText.Known(failAt, ground));
            }
        }

        await _one.WaitAsync(cancellation);
        try
        {
            var began = time.GetTimestamp();
            return await Task.Run(
                () => ReleaseSimulation.Of(
                    ground, failure, failEach,
                    () => cancellation.IsCancellationRequested || time.GetElapsedTime(began) > Longest),
                cancellation);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}
