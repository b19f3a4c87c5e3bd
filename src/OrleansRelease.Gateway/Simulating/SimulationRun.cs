using OrleansRelease.Contracts;
using OrleansRelease.Core.Commands;
using OrleansRelease.Core.Simulating;
using OrleansRelease.Gateway.Requests;

namespace OrleansRelease.Gateway.Simulating;

/// <summary>
/// Computes simulations, one at a time in a server: they cost processor time that releases under way need more. One
/// more may wait; others are told to come again.
/// </summary>
internal sealed class SimulationRun(TimeProvider time) : IDisposable
{
    /// <summary>
    /// After this long no further failure is tried: so whoever comes second still gets an answer in time.
    /// </summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(6);

    private readonly OneAtATime _turn = new();

    public async Task<Answer<ReleaseSimulation>> OfAsync(
        SimulationGround ground, string? failAt, int? tried, CancellationToken cancellation)
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

        var simulation = await _turn.RunAsync(
            () =>
            {
                var began = time.GetTimestamp();
                return Task.Run(
                    () => ReleaseSimulation.Of(
                        ground, failure, tried,
                        () => cancellation.IsCancellationRequested || time.GetElapsedTime(began) > Longest),
                    cancellation);
            },
            cancellation);
        return simulation is null
            ? new Refusal(
                Problems.Busy, "one simulation is computed and another waits", "the same request in a moment")
            : simulation;
    }

    public void Dispose() => _turn.Dispose();
}
