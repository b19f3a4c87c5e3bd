using System.Collections.Immutable;

namespace OrleansRelease.Testing.Releases;

/// <summary>What was done to one service in the outside world.</summary>
public enum Touch
{
    /// <summary>The new version was made to run.</summary>
    Started,

    /// <summary>It was given requests.</summary>
    Shared,

    /// <summary>The version before was made sure to run.</summary>
    Ensured,

    /// <summary>All requests went to the version before.</summary>
    Restored,

    /// <summary>The new version was taken down.</summary>
    Stopped,

    /// <summary>The version before was taken down.</summary>
    Replaced,
}

/// <summary>One call that a target or router carried out, from when to when.</summary>
public sealed record Touched(TimeSpan From, TimeSpan To, string Service, Touch What, string Version);

/// <summary>
/// Judges a release by nothing but what targets and routers noted of themselves, and by which service needs which. It
/// knows no plan, no state and no record of decisions.
/// </summary>
public sealed class TargetsLogChecker
{
    private static readonly Touch[] Undoing = [Touch.Ensured, Touch.Restored, Touch.Stopped];

    private readonly ImmutableArray<Touched> _forward;
    private readonly ImmutableArray<Touched> _back;
    private readonly ImmutableArray<Touched> _replaced;
    private readonly Dictionary<string, HashSet<string>> _needs;

    /// <param name="log">What was noted of one release.</param>
    /// <param name="needs">Each of its services, with those that it needs.</param>
    public TargetsLogChecker(IEnumerable<Touched> log, IReadOnlyDictionary<string, string[]> needs)
    {
        ArgumentNullException.ThrowIfNull(needs);
        ImmutableArray<Touched> all = [.. log.OrderBy(touched => touched.From)];
        _forward = [.. all.Where(touched => touched.What is Touch.Started or Touch.Shared)];
        _back = [.. all.Where(touched => Undoing.Contains(touched.What))];
        _replaced = [.. all.Where(touched => touched.What is Touch.Replaced)];
        _needs = needs.Keys.ToDictionary(service => service, service => AllNeeds(service, needs));
    }

    /// <summary>From the first of what was taken back to the last.</summary>
    public TimeSpan BackTook => _back.IsEmpty ? TimeSpan.Zero : _back.Max(touched => touched.To) - _back[0].From;

    /// <summary>
    /// The longest chain of services that stand on one another, each counted with the time that targets and routers
    /// worked on it: no way back in this order can be shorter.
    /// </summary>
    public TimeSpan CriticalPath
    {
        get
        {
            var worked = _back.ToLookup(touched => touched.Service, touched => touched.To - touched.From);
            var known = new Dictionary<string, TimeSpan>();
            return _needs.Keys.Select(Path).DefaultIfEmpty(TimeSpan.Zero).Max();

            TimeSpan Path(string service) => known.TryGetValue(service, out var path)
                ? path
                : known[service] = worked[service].Aggregate(TimeSpan.Zero, (sum, one) => sum + one)
                    + _needs[service].Select(Path).DefaultIfEmpty(TimeSpan.Zero).Max();
        }
    }

    /// <summary>All that is wrong with a release that has gone through.</summary>
    public IEnumerable<string> ProblemsForward()
    {
        foreach (var service in _needs.Keys)
        {
            var done = _forward.Where(touched => touched.Service == service).ToList();
            if (!done.Select(touched => touched.What).SequenceEqual([Touch.Started, Touch.Shared]))
                yield return $"{service} went forward by {Steps(done)}";
        }

        foreach (var problem in WrongOrderForward()) yield return problem;
        foreach (var touched in _back) yield return $"{touched.Service} was taken back: {touched.What}";
    }

    /// <summary>All that is wrong with a release of which everything that was touched has been taken back.</summary>
    public IEnumerable<string> ProblemsBack()
    {
        foreach (var problem in WrongOrderForward()) yield return problem;
        foreach (var touched in _forward.Where(touched => !_back.IsEmpty && touched.From > _back[0].From))
            yield return $"{touched.Service} went forward when the way back had begun: {touched.What}";
        foreach (var touched in _replaced) yield return $"the version before of {touched.Service} was taken down";

        foreach (var service in _needs.Keys.Union(_back.Select(touched => touched.Service)))
        {
            var done = _back.Where(touched => touched.Service == service).ToList();
            var wanted = _forward.Any(touched => touched.Service == service) ? Undoing : [];
            if (!done.Select(touched => touched.What).SequenceEqual(wanted))
                yield return $"{service} was taken back by {Steps(done)}";
        }

        foreach (var (service, needs) in _needs)
        {
            if (_back.LastOrDefault(touched => touched.Service == service) is not { } last) continue;
            foreach (var early in needs.Where(on => _back.Any(one => one.Service == on && one.From < last.To)))
                yield return $"{early} went back before {service}, which needs it, was back";
        }
    }

    private IEnumerable<string> WrongOrderForward() =>
        from first in _forward.Where(touched => touched.What is Touch.Started)
        from provider in _needs.GetValueOrDefault(first.Service) ?? []
        where !_forward.Any(one => one.Service == provider && one.What is Touch.Shared && one.To <= first.From)
        select $"{first.Service} began before {provider}, which it needs, had its requests";

    private static string Steps(List<Touched> done) =>
        done.Count == 0 ? "no step" : string.Join(", ", done.Select(touched => touched.What));

    private static HashSet<string> AllNeeds(string service, IReadOnlyDictionary<string, string[]> needs)
    {
        var (all, open) = (new HashSet<string>(), new Stack<string>(needs[service]));
        while (open.TryPop(out var next))
        {
            if (!all.Add(next)) continue;
            foreach (var further in needs[next]) open.Push(further);
        }

        return all;
    }
}
