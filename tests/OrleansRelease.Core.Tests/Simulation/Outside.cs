using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Rollouts;
using OrleansRelease.Core.Units;

namespace OrleansRelease.Core.Tests.Simulation;

/// <summary>How the new version turns bad.</summary>
internal enum Illness
{
    None,
    Errors,
    Slow,
    Murky,
    Crashes,
}

/// <summary>
/// The outside world of one slot: what runs, who gets which share of the requests, and what that makes the numbers be.
/// Every call passes a fence that is stored with the change.
/// </summary>
internal sealed class Outside
{
    private readonly Dictionary<VersionName, DateTimeOffset> _readyAt = [];
    private readonly List<(DateTimeOffset At, double Share)> _shares = [];

    public required VersionName? Baseline { get; init; }

    public required VersionName Candidate { get; init; }

    public required double RequestsPerSecond { get; init; }

    public required Illness Illness { get; init; }

    /// <summary>When the new version turns bad; never when it is <see cref="Illness.None"/>.</summary>
    public required DateTimeOffset BadFrom { get; init; }

    public required double BadShare { get; init; }

    /// <summary>A stretch without any request.</summary>
    public required (DateTimeOffset From, DateTimeOffset To) Drought { get; init; }

    /// <summary>A stretch in which the baseline is not ready.</summary>
    public required (DateTimeOffset From, DateTimeOffset To) BaselineDown { get; init; }

    /// <summary>A stretch in which half of the baseline's instances are not ready.</summary>
    public (DateTimeOffset From, DateTimeOffset To) BaselineHalf { get; set; }

    /// <summary>What the router refuses first; null: nothing.</summary>
    public Shedding? Shedding { get; private set; }

    /// <summary>Whether it ever did.</summary>
    public bool HasShed { get; private set; }

    public required Gatekeeper Target { get; init; }

    public Gatekeeper Router { get; } = new();

    /// <summary>One endpoint for all hooks: what it has done last of each of them.</summary>
    public HooksOfASeed Hooks { get; } = new();

    /// <summary>The share of requests that the new version gets now.</summary>
    public double Share => _shares.Count == 0 ? 0 : _shares[^1].Share;

    /// <summary>When the share last became zero; null while it is not or never was anything else.</summary>
    public DateTimeOffset? OffSince => _shares.Count > 0 && Share == 0 ? _shares[^1].At : null;

    public bool Runs(VersionName version) => _readyAt.ContainsKey(version);

    public void Start(VersionName version, DateTimeOffset readyAt) => _readyAt.TryAdd(version, readyAt);

    public void Stop(VersionName version) => _readyAt.Remove(version);

    public void SetShare(DateTimeOffset at, Weight weight)
    {
        if (_shares.Count == 0 ? weight != Weight.None : _shares[^1].Share != weight.Share)
            _shares.Add((at, weight.Share));
    }

    public void Shed(Shedding? shedding)
    {
        Shedding = shedding;
        HasShed |= shedding is not null;
    }

    public InstanceCount Health(VersionName version, DateTimeOffset now)
    {
        var crashes = version == Candidate && Illness == Illness.Crashes && now >= BadFrom;
        var down = version == Baseline && now >= BaselineDown.From && now < BaselineDown.To;
        var half = version == Baseline && now >= BaselineHalf.From && now < BaselineHalf.To;
        var ready = _readyAt.TryGetValue(version, out var readyAt) && readyAt <= now && !down;
        return new(ready ? crashes || half ? 1 : 2 : 0, 2);
    }

    /// <summary>How many requests the new version got.</summary>
    public double Requests(DateTimeOffset from, DateTimeOffset to)
    {
        var requests = 0.0;
        for (var i = 0; i < _shares.Count; i++)
        {
            var start = Latest(from, _shares[i].At);
            var end = i + 1 < _shares.Count ? Earliest(to, _shares[i + 1].At) : to;
            requests += _shares[i].Share * RequestsPerSecond * Wet(start, end);
        }

        return requests;
    }

    /// <summary>The first request that the new version answered badly; null when there was none yet.</summary>
    public DateTimeOffset? FirstBad(DateTimeOffset now)
    {
        if (Illness == Illness.None || BadFrom >= now || RequestsPerSecond <= 0) return null;
        for (var i = 0; i < _shares.Count; i++)
        {
            var end = i + 1 < _shares.Count ? _shares[i + 1].At : now;
            var start = Latest(_shares[i].At, BadFrom);
            if (start >= Drought.From && start < Drought.To) start = Drought.To;
            if (_shares[i].Share > 0 && start < end) return start;
        }

        return null;
    }

    public Reading Read(MetricSource source, Window window, DateTimeOffset now)
    {
        if (source is MetricSource.Target)
            return new Reading.Value(Illness == Illness.Crashes && now >= BadFrom ? 1 : 0);
        if (source is MetricSource.Monitor)
        {
            // It goes where all requests go: of a small share nobody can say whether it meets the new version.
            var isSick = Illness is Illness.Errors or Illness.Crashes && now >= BadFrom;
            return new Reading.Checked(!(isSick && Share >= 0.5), "one request");
        }

        var total = Math.Round(Requests(window.Start, window.End));
        var sick = Requests(Latest(window.Start, BadFrom), window.End);
        if (source is not MetricSource.Query)
        {
            var failing = Illness is Illness.Errors or Illness.Crashes ? Math.Round(sick * BadShare) : 0;
            return total == 0 ? new Reading.Counts(0, 0) : new Reading.Counts(Math.Min(failing, total), total);
        }

        if (total == 0) return new Reading.NoData("no series has this version");
        return new Reading.Value(sick < total / 2 ? 0.2 : Illness switch
        {
            Illness.Slow => 4,
            Illness.Murky => 1,
            _ => 0.2,
        });
    }

    private double Wet(DateTimeOffset from, DateTimeOffset to) =>
        Length(from, to) - Length(Latest(from, Drought.From), Earliest(to, Drought.To));

    private static double Length(DateTimeOffset from, DateTimeOffset to) => to > from ? (to - from).TotalSeconds : 0;

    private static DateTimeOffset Latest(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;

    private static DateTimeOffset Earliest(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;
}

/// <summary>The stored fence of one adapter for one slot, as the contract of the real ones has it.</summary>
internal class Gatekeeper
{
    public Fence? Accepted { get; private set; }

    /// <summary>Lets everything through that it has not done before, whoever has asked for more since.</summary>
    public virtual bool IsOpen => false;

    /// <summary>Whether the effect of the accepted fence has been applied.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Lets a call through, or gives the answer that it gets without anything being done.</summary>
    public virtual Outcome? Ask(Fence fence)
    {
        if (Accepted is { } accepted && fence < accepted) return new Outcome.Overtaken(accepted);
        if (Accepted == fence && IsDone) return new Outcome.Applied();
        if (Accepted != fence) (Accepted, IsDone) = (fence, false);
        return null;
    }

    public virtual void Done(Fence fence) => IsDone |= Accepted == fence;

    /// <summary>Whether a call that is still under way somewhere could yet change something.</summary>
    public virtual bool WouldAct(Fence fence) =>
        Accepted is not { } accepted || fence > accepted || (fence == accepted && !IsDone);
}
