using System.Globalization;
using OrleansRelease.Core.Releases;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Worlds of one kind, each from one seed and with a graph of its own: all are run once, whoever asks first, on every
/// processor. What came about in them, and how long that took.
/// </summary>
internal sealed class ReleaseWorlds
{
    /// <summary>How many there are with real rollouts; a nightly run or a search for a bug wants more.</summary>
    public static readonly int All = int.TryParse(
        Environment.GetEnvironmentVariable("OREL_SIMULATION_RELEASES"), out var all) ? all : 2_000;

    private static readonly Lazy<ReleaseWorlds> LazyStubs = new(() => new(1, All / 4, seed => new Shop(seed)));

    private static readonly Lazy<ReleaseWorlds> LazyWhole = new(
        () => new(1 + All, All / 2, seed => new Shop(seed, whole: true)));

    private static readonly Lazy<ReleaseWorlds> LazyReversals = new(
        () => new(1 + (2 * All), All / 2, seed => new Shop(seed, whole: true, reversals: true)));

    private static readonly string[] Phases = ["Cancelled", "Partial", "RolledBack", "Succeeded", "Superseded"];

    private readonly int _first;
    private readonly Func<int, Shop> _shopOf;
    private readonly SortedSet<int> _failed = [];
    private readonly SortedDictionary<string, int> _met = new(StringComparer.Ordinal);

    private ReleaseWorlds(int first, int count, Func<int, Shop> shopOf)
    {
        (_first, Count, _shopOf) = (first, count, shopOf);
        var (began, before) = (TimeProvider.System.GetTimestamp(), Environment.CpuUsage.TotalTime);
        var every = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(_first, _first + Count, every, Run);
        (Took, Work) = (TimeProvider.System.GetElapsedTime(began), Environment.CpuUsage.TotalTime - before);
    }

    /// <summary>Releases whose rollouts are played simply, so that most can be large: beside all others.</summary>
    public static ReleaseWorlds Stubs => LazyStubs.Value;

    /// <summary>Releases with real rollouts.</summary>
    public static ReleaseWorlds Whole => LazyWhole.Value;

    /// <summary>People take back what has completed, by real rollouts.</summary>
    public static ReleaseWorlds Reversals => LazyReversals.Value;

    public int Count { get; }

    public TimeSpan Took { get; }

    /// <summary>The processors' time; of use where nothing else runs beside.</summary>
    public TimeSpan Work { get; }

    public Tally Tally { get; } = new();

    /// <summary>How often people were answered what.</summary>
    public SortedDictionary<string, int> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Of how many services each graph was, and whether its rollouts were real.</summary>
    public List<(int Services, bool IsWhole)> Graphs { get; } = [];

    /// <summary>How many releases ended so, and which words stand in any log.</summary>
    public IReadOnlyDictionary<string, int> Met => _met;

    /// <summary>The first that broke an invariant, with its whole story; null when none did.</summary>
    public string? Failure => _failed.Count == 0 ? null : $"{_failed.Count} seeds failed. {Story(_failed.Min)}";

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} worlds in {Took.TotalSeconds:0} s, {Work.TotalSeconds:0} s of the processors' time");

    private void Run(int seed)
    {
        var shop = _shopOf(seed);
        var problem = Record.Exception(shop.Run);
        // Not under the lock: texts are long, and other worlds would wait. What was met before is looked for no more.
        List<string> missing;
        lock (_failed) missing = [.. WhenManyReleasesMove.Words.Where(word => !_met.ContainsKey(word))];
        var words = missing.Where(word => shop.Logs.Any(log =>
            log.Any(text => text.Contains(word, StringComparison.Ordinal)))).ToList();
        lock (_failed)
        {
            if (problem is not null) _failed.Add(seed);
            Tally.Add(shop.Tally);
            Graphs.Add((shop.Services, shop.IsWhole));
            foreach (var passage in shop.Passages) Meet($"{passage.State?.Phase}");
            foreach (var word in words) Meet(word);
            foreach (var (answer, times) in shop.Answers)
                Answers[answer] = Answers.GetValueOrDefault(answer) + times;
        }

        void Meet(string what) => _met[what] = _met.GetValueOrDefault(what) + 1;
    }

    /// <summary>Which of these never came about, nor a release that ended in each way.</summary>
    public IEnumerable<string> NeverMet(IEnumerable<string> words) =>
        words.Concat(Phases).Where(what => Met.GetValueOrDefault(what) == 0);

    private string Story(int seed)
    {
        var (trace, shop) = (new List<string>(), _shopOf(seed));
        shop.Trace = trace;
        var problem = Record.Exception(shop.Run);
        return string.Create(CultureInfo.InvariantCulture, $"seed {seed}: {problem}\n")
            + string.Join('\n', trace.TakeLast(150));
    }
}
