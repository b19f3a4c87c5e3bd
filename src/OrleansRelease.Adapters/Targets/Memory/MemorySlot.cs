using System.Globalization;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Identity;
using OrleansRelease.Core.Specs;
using OrleansRelease.Ports.Targets;

namespace OrleansRelease.Adapters.Targets.Memory;

/// <summary>What the in-memory target holds of one slot. Only ever used under the target's lock.</summary>
internal sealed class MemorySlot
{
    private readonly Dictionary<VersionName, VersionHealth> _running = [];

    private AcceptedCall? _last;

    public VersionHealth Observe(VersionName version)
    {
        var health = _running.GetValueOrDefault(version) ?? new VersionHealth(version, 0, 0, 0, []);
        return health with { Last = _last?.Fence, ReadyAt = [.. health.Addresses.Take(health.Ready)] };
    }

    public void Change(VersionName version, Func<VersionHealth, VersionHealth> change)
    {
        if (_running.TryGetValue(version, out var health)) _running[version] = change(health);
    }

    /// <summary>The outcome of a call that arrived, and whether it was let through.</summary>
    public (bool Acted, Outcome Outcome) Apply(RolloutSpec spec, AcceptedCall asked, string? notReady)
    {
        if (AcceptedCall.Answer(_last, asked) is { } answer) return (false, answer);
        var outcome = notReady is null ? new Outcome.Applied() : (Outcome)new Outcome.NotApplied(notReady);
        _last = asked with { Outcome = outcome };
        if (notReady is not null) return (true, outcome);

        if (asked.Verb == TargetVerb.Retire) _running.Remove(asked.Version);
        else if (!IsReady(asked.Version)) _running[asked.Version] = Ready(spec, asked.Version);
        return (true, outcome);
    }

    private bool IsReady(VersionName version) =>
        _running.TryGetValue(version, out var health) && health.Ready == health.Wanted;

    private static VersionHealth Ready(RolloutSpec spec, VersionName version)
    {
        var replicas = spec.Target.Settings.TryGetValue(ProcessWords.Replicas, out var text)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 1;
        // Nothing listens there: port 9 is "discard".
        var name = Uri.EscapeDataString(version.ToString());
        var address = $"http://127.0.0.1:9/{spec.Slot}/{name}/";
        var addresses = Enumerable.Range(0, replicas).Select(n => new Uri(address + n));
        return new(version, replicas, replicas, 0, [.. addresses]);
    }
}
