using System.Collections.Concurrent;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports;
using OrleansRelease.Ports.Targets;
using OrleansRelease.Ports.Traffic;

namespace OrleansRelease.Grains.Tests.Freezes;

/// <summary>When which server began to change something outside: the moment at which it was let go.</summary>
internal sealed class BegunEffects
{
    private readonly ConcurrentQueue<(string Server, bool IsForward, DateTimeOffset At)> _all = new();

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public IEnumerable<(string Server, DateTimeOffset At)> Forward =>
        _all.Where(begun => begun.IsForward).Select(begun => (begun.Server, begun.At));

    public ITarget Before(ITarget inner, string server) => new Target(inner, this, server);

    public ITraffic Before(ITraffic inner, string server) => new Traffic(inner, this, server);

    private Veto Noting(Veto? veto, string server, bool isForward) => async cancellation =>
    {
        var why = veto is null ? null : await veto(cancellation);
        if (why is null) _all.Enqueue((server, isForward, Now));
        return why;
    };

    private sealed class Target(ITarget inner, BegunEffects begun, string server) : ITarget
    {
        public string Name => inner.Name;

        // No way back of these tests deploys anything.
        public Task<Outcome> DeployAsync(TargetCall call, CancellationToken cancellation) => inner.DeployAsync(
            call with { Veto = begun.Noting(call.Veto, server, isForward: true) }, cancellation);

        public Task<Outcome> RetireAsync(TargetCall call, CancellationToken cancellation) =>
            inner.RetireAsync(call, cancellation);

        public Task<VersionHealth> ObserveAsync(
            RolloutSpec spec, VersionName version, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, version, cancellation);
    }

    private sealed class Traffic(ITraffic inner, BegunEffects begun, string server) : ITraffic
    {
        public string Name => inner.Name;

        public Task<Outcome> SetAsync(TrafficCall call, CancellationToken cancellation) => inner.SetAsync(
            call with { Veto = begun.Noting(call.Veto, server, call.Direction == Direction.Forward) }, cancellation);

        public Task<Outcome> CloseAsync(CloseCall call, CancellationToken cancellation) =>
            inner.CloseAsync(call, cancellation);

        public Task<TrafficView?> ObserveAsync(RolloutSpec spec, CancellationToken cancellation) =>
            inner.ObserveAsync(spec, cancellation);

        public Task<Reading> CountAsync(
            RolloutSpec spec, VersionName version, Window window, CancellationToken cancellation) =>
            inner.CountAsync(spec, version, window, cancellation);
    }
}
