using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Grains.Measuring;

namespace OrleansRelease.Grains.Tests.Measuring;

/// <summary>A way back that was decided at a moment, with two minutes until its bound.</summary>
public sealed class WhenAWayBackIsMeasured : IDisposable
{
    private static readonly DateTimeOffset Decided = new(2026, 11, 24, 9, 30, 0, TimeSpan.Zero);

    private static readonly DateTimeOffset Deadline = Decided.AddMinutes(2);

    private static readonly VersionName Version = VersionName.From("2.0.0");

    private static readonly WayBack Plan = WayBack.Longest(VersionName.From("1.0.0"), Version);

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, double> _sums = [];
    private readonly RolloutInstruments _instruments;

    public WhenAWayBackIsMeasured()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _instruments = new RolloutInstruments(factory);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => Add(instrument, value));
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void It_counts_until_the_last_request_is_off_and_not_what_is_tidied_up()
    {
        Write(GoingBack(done: 0), GoingBack(done: 1), Decided.AddSeconds(10));
        Assert.Empty(_sums);

        Write(GoingBack(done: 1), GoingBack(done: 2), Decided.AddSeconds(30));
        Write(GoingBack(done: 2), new Stage.Ended(Phase.RolledBack, null), Decided.AddHours(1));

        Assert.Equal((30, 0.25), (_sums["orel.way_back.duration"], _sums["orel.way_back.bound_ratio"]));
        Assert.Equal(0, _sums.GetValueOrDefault("orel.way_back.exceeded"));
        Assert.Equal(1, _sums["orel.rollouts.ended"]);
    }

    [Fact]
    public void One_that_passes_its_bound_has_exceeded_it_then_and_only_once()
    {
        Write(GoingBack(done: 1), GoingBack(done: 1, overdue: true), Deadline);
        Assert.Equal(1, _sums["orel.way_back.exceeded"]);

        Write(GoingBack(done: 1, overdue: true), GoingBack(done: 2, overdue: true), Deadline.AddMinutes(1));
        Assert.Equal((1, 1.5), (_sums["orel.way_back.exceeded"], _sums["orel.way_back.bound_ratio"]));
    }

    [Fact]
    public void One_that_is_off_too_late_before_anybody_looked_has_exceeded_it()
    {
        Write(GoingBack(done: 1), GoingBack(done: 2, overdue: true), Deadline.AddSeconds(1));

        Assert.Equal(1, _sums["orel.way_back.exceeded"]);
    }

    [Fact]
    public void What_is_late_after_the_last_request_was_off_has_exceeded_nothing()
    {
        Write(GoingBack(done: 2), GoingBack(done: 2, overdue: true), Deadline.AddMinutes(5));

        Assert.Empty(_sums);
    }

    private void Write(Stage before, Stage after, DateTimeOffset at) =>
        _instruments.OnWritten(State(before), State(after), at);

    private void Add(Instrument instrument, double value) =>
        _sums[instrument.Name] = _sums.GetValueOrDefault(instrument.Name) + value;

    private static Stage.GoingBack GoingBack(int done, bool overdue = false) =>
        new(Plan, done, 7, new Cause.MetricFailed("errors", "too many"), Deadline, overdue);

    private static RolloutState State(Stage stage) => new(
        RolloutId.From("cart.production.1"), 1, VersionName.From("1.0.0"), Version, "sha256:abc",
        ActorName.From("tester"), Decided, stage, Decided, Decided, Exposure.None,
        ImmutableSortedDictionary<string, Tally>.Empty, null, []);
}
