using System.Collections.Immutable;
using OrleansRelease.Core.Attribution;
using OrleansRelease.Core.Identity;

namespace OrleansRelease.Core.Tests.Attribution;

/// <summary>How one fault was judged.</summary>
/// <param name="Kind">What was wrong.</param>
/// <param name="Suspects">How many rollouts touched the service.</param>
/// <param name="Culprits">Those at fault.</param>
/// <param name="Blamed">Those blamed, with the minutes from the alarm to it.</param>
/// <param name="Tried">How many were taken back to learn from it.</param>
/// <param name="Cleared">Whether all were cleared at the end.</param>
/// <param name="IsShown">
/// Whether at the alarm each culprit's old version still had requests, and somebody counted by version what it breaks.
/// </param>
/// <param name="Last">What was found last.</param>
internal sealed record Result(
    Kind Kind, int Suspects, RolloutId[] Culprits, List<(RolloutId Rollout, int Minutes)> Blamed, int Tried,
    bool Cleared, bool IsShown, Finding Last)
{
    public bool IsOutside => Kind >= Kind.OutsideUntouched;
}

/// <summary>
/// One fault among rollouts that go on while nobody is found, hold while it is open, and go back when blamed.
/// </summary>
internal sealed class Trial
{
    /// <summary>A culprit must be named within so many minutes of the alarm; of two, each.</summary>
    public const int Within = 15;

    private const int Patience = 3;

    private static readonly DateTimeOffset Start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// The failing share above which it matters: an objective of 99.9 % spends its budget 14.4 times too fast there.
    /// </summary>
    private const double Allowed = 14.4 * 0.001;

    /// <summary>Who looks for a change sees the last hour.</summary>
    private const int Seen = 60;

    private readonly bool _tries, _detects;
    private readonly Setting _setting;
    private readonly Traffic _traffic;
    private readonly List<Minute> _minutes = [];
    private readonly int[] _elapsed, _faultySince;
    private readonly bool[] _isBack;
    private readonly bool[,] _isMissing;
    private readonly List<ShareStep>[] _steps;

    private Trial(int seed, bool tries, bool detects)
    {
        (_tries, _detects) = (tries, detects);
        _setting = new(seed);
        var plans = _setting.Plans.Length;
        _traffic = new(_setting.Mesh, _setting.Dice, _setting.LookedAt);
        _elapsed = new int[plans];
        _faultySince = [.. Enumerable.Repeat(-1, plans)];
        _isBack = new bool[plans];
        _steps = [.. Enumerable.Range(0, plans).Select(_ => new List<ShareStep>())];
        _isMissing = new bool[plans + 1, 200];
        for (var source = 0; source <= plans; source++) Lose(source);
    }

    /// <summary>The result, or null where nobody would have noticed the fault or something else was noticed.</summary>
    /// <param name="seed">Of all that is drawn.</param>
    /// <param name="tries">Whether somebody takes back the one that would tell most, when it stays undecided.</param>
    /// <param name="detects">
    /// Whether the onset is found as for a real inquiry; else it is when the world's own alarm goes off.
    /// </param>
    public static Result? Run(int seed, bool tries, bool detects = false) => new Trial(seed, tries, detects).Run();

    private Result? Run()
    {
        var (onset, begun) = (-1, false);
        for (var minute = 0; minute < 110 && onset < 0; minute++)
        {
            Live(minute, isHeld: false);
            begun = begun || _faultySince.Any(since => since >= 0)
                || (_setting.IsOutside && minute >= _setting.OutsideAt);
            onset = _detects ? Found() : Alarm(minute);
            if (onset >= 0 && !begun) return null;
        }

        var suspects = Suspects();
        if (onset < 0 || suspects.Length < 2 || IsOffPath(suspects)) return null;
        return Judge(onset, suspects);
    }

    private Result Judge(int onset, int[] suspects)
    {
        var isShown = _setting.Culprits.All(IsShown);
        var blamed = new List<(RolloutId Rollout, int Minutes)>();
        var (last, patience, tried) = (_minutes.Count, Patience, 0);
        Finding found;
        do
        {
            found = BlameJudge.Judge(
                new(Slot(_setting.LookedAt), At(onset), Stretches()), [.. suspects.Select(Described)],
                [.. blamed.Select(b => b.Rollout)], At(_minutes.Count));
            var judgement = found.Judgement;
            if (judgement is Judgement.Blame blame)
            {
                blamed.Add((blame.Rollout, _minutes.Count - last));
                last = _minutes.Count;
                TakeBack(blame.Rollout);
            }
            else if (judgement is Judgement.Undecided { Telling: { } telling } && _tries && --patience == 0)
            {
                (patience, tried) = (Patience, tried + 1);
                TakeBack(telling);
            }

            Live(_minutes.Count, isHeld: judgement is not Judgement.NotAmongThem);
        }
        while (_minutes.Count - last <= Within && (blamed.Count == 0 || !IsOver(onset)));

        // What nobody notices any more, when a first one has gone, is nobody's fault yet.
        var culprits = _setting.Culprits.Select(c => Id(_setting.Plans[c.Plan]))
            .Where(c => blamed.Count == 0 || !IsOver(onset) || blamed.Exists(b => b.Rollout == c));
        return new(
            _setting.Kind, suspects.Length, [.. culprits], blamed, tried,
            found.Judgement is Judgement.NotAmongThem, isShown, found);
    }

    private void TakeBack(RolloutId rollout) =>
        _isBack[Array.FindIndex(_setting.Plans, plan => Id(plan) == rollout)] = true;

    private void Live(int minute, bool isHeld)
    {
        Array.Clear(_traffic.Fails);
        for (var i = 0; i < _setting.Plans.Length; i++)
        {
            var plan = _setting.Plans[i];
            if (minute > plan.Start && !isHeld) _elapsed[i]++;
            var step = minute < plan.Start ? -1 : Math.Min(plan.Shares.Length - 1, _elapsed[i] / plan.Minutes);
            var share = _isBack[i] || step < 0 ? 0 : plan.Shares[step];
            if (share != (_steps[i].Count == 0 ? 0 : _steps[i][^1].Share)) _steps[i].Add(new(At(minute), share));
            _traffic.Share[plan.Service] = share;
        }

        foreach (var culprit in _setting.Culprits) Break(culprit, minute);
        var users = _setting.Users * (0.85 + (0.3 * _setting.Dice.Fraction()));
        if (_setting.IsOutside && minute >= _setting.OutsideAt) users = BreakOutside(users);
        _minutes.Add(_traffic.Run((int)users));
    }

    private void Break(Culprit culprit, int minute)
    {
        var plan = _setting.Plans[culprit.Plan];
        if (_isBack[culprit.Plan])
        {
            _traffic.Poisons[plan.Service] = 0;
            return;
        }

        if (minute < plan.Start || _elapsed[culprit.Plan] < (culprit.Step * plan.Minutes) + culprit.Delay) return;
        ref var since = ref _faultySince[culprit.Plan];
        if (since < 0) since = minute;
        var effect = culprit.Growing == 0
            ? culprit.Effect : culprit.Effect * Math.Min(1, (minute - since + 1.0) / culprit.Growing);
        switch (_setting.Kind)
        {
            case Kind.Silent:
                _traffic.Poisons[plan.Service] = effect;
                break;
            case Kind.Both:
                _traffic.Fails[plan.Service, 0] = _traffic.Fails[plan.Service, 1] =
                    effect * _traffic.Share[plan.Service];
                break;
            default:
                _traffic.Fails[plan.Service, 1] = effect;
                break;
        }
    }

    private double BreakOutside(double users)
    {
        var (broken, effect) = (_setting.Broken, _setting.OutsideEffect);
        if (_setting.Kind == Kind.OutsideZone)
        {
            for (var service = 0; service < _setting.Mesh.Count; service++) BreakZone(service, effect);
            return users;
        }

        // So many more users than it can bear: as many as are too many fail.
        if (_setting.Kind == Kind.OutsideSpike) (users, effect) = (users * 3, Math.Min(0.6, effect));
        _traffic.Fails[broken, 0] = _traffic.Fails[broken, 1] = effect;
        return users;
    }

    // Instances lie in turn over the zones, beginning with any; a canary has few.
    private void BreakZone(int service, double effect)
    {
        var old = 2 + (service % 5);
        var isNew = (int)Math.Ceiling(old * _traffic.Share[service]);
        foreach (var (version, instances) in new[] { (0, old), (1, Math.Max(1, isNew)) })
        {
            var inZone = Enumerable.Range(0, instances).Count(i => (i + service + version) % Mesh.Zones == 0);
            _traffic.Fails[service, version] = effect * inZone / instances;
        }
    }

    // Two of three minutes clearly above those of the beginning; the first of them is the onset.
    private int Alarm(int minute)
    {
        if (minute < Setting.Warm) return -1;
        var high = Enumerable.Range(minute - 2, 3).Where(IsHigh).ToList();
        return high.Count >= 2 ? high[0] : -1;
    }

    private bool IsHigh(int minute)
    {
        var service = _setting.LookedAt;
        var warm = _minutes.Take(Setting.Warm).ToList();
        var rate = (warm.Sum(m => m.Bad(service)) + 0.5) / (warm.Sum(m => m.Total(service)) + 1.0);
        double total = _minutes[minute].Total(service), bad = _minutes[minute].Bad(service);
        return bad >= 3 && bad > ((rate + 0.01) * total) + (3 * Math.Sqrt(rate * total));
    }

    private int Found() => ChangePoint.Of(Lately(), Allowed, At(_minutes.Count)) is { } onset
        ? (int)(onset - Start).TotalMinutes
        : -1;

    private bool IsOver(int onset) => _minutes.Count > 3
        && (_detects
            ? ChangePoint.IsOver(Lately(), Allowed, At(onset), At(_minutes.Count))
            : !Enumerable.Range(_minutes.Count - 3, 3).Any(IsHigh));

    private ImmutableArray<Stretch> Lately() =>
        [.. Stretches().Where(stretch => stretch.Start >= At(_minutes.Count - Seen))];

    private bool IsShown(Culprit culprit) =>
        _traffic.Share[_setting.Plans[culprit.Plan].Service] < 1 && _setting.Seen[culprit.Plan] >= 0
        && _setting.Kind != Kind.Both && (_setting.Kind != Kind.Silent || _setting.Seen[culprit.Plan] == 0);

    private bool IsOffPath(int[] suspects) =>
        _setting.Culprits.Any(culprit => !suspects.Contains(culprit.Plan) || _faultySince[culprit.Plan] < 0);

    private int[] Suspects() => [.. Enumerable.Range(0, _setting.Plans.Length)
        .Where(i => _setting.Mesh.Path(_setting.LookedAt, _setting.Plans[i].Service) is not null)];

    private void Lose(int source)
    {
        var (from, length) = _setting.Dice.Chance(0.1) ? (_setting.Dice.Between(0, 60), 4) : (0, 0);
        for (var minute = 0; minute < 200; minute++)
            _isMissing[source, minute] = _setting.Dice.Chance(0.04) || (minute >= from && minute < from + length);
    }

    private ImmutableArray<Stretch> Stretches() => [.. _minutes.Select((counted, minute) => (counted, minute))
        .Where(m => !_isMissing[_setting.Plans.Length, m.minute])
        .Select(m => new Stretch(At(m.minute), At(m.minute + 1),
            new(m.counted.Bad(_setting.LookedAt), m.counted.Total(_setting.LookedAt))))];

    private Suspect Described(int i)
    {
        var plan = _setting.Plans[i];
        var path = _setting.Mesh.Path(_setting.LookedAt, plan.Service)!;
        return new(Id(plan), [.. path.Select(Name)], [.. _steps[i]], _setting.Seen[i] < 0 ? null : SplitOf(i));
    }

    private Split SplitOf(int i)
    {
        var service = _setting.Plans[i].Service;
        var isCalled = _setting.Seen[i] == 0 && service != _setting.LookedAt;
        return new(
            _setting.Seen[i] == 0 ? SeenAt.TheDegraded : SeenAt.ItsOwn,
            [.. _minutes.Select((counted, minute) => (counted, minute)).Where(m => !_isMissing[i, m.minute])
                .Select(m => new SplitStretch(
                    At(m.minute), At(m.minute + 1), Counted(m.counted, 1, service, isCalled),
                    Counted(m.counted, 0, service, isCalled)))]);
    }

    private static Count Counted(Minute minute, int version, int service, bool isCalled) => isCalled
        ? new(minute.SeenBads[service, version], minute.SeenTotals[service, version])
        : new(minute.Bads[service, version], minute.Totals[service, version]);

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);

    private static ServiceName Name(int service) => ServiceName.From($"s{service}");

    private static SlotKey Slot(int service) => new(Name(service), EnvironmentName.From("prod"));

    private static RolloutId Id(Plan plan) => new(Slot(plan.Service), 1);
}
