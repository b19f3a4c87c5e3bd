using OrleansRelease.Core.Releases;
using Xunit.Abstractions;

namespace OrleansRelease.Core.Tests.Releases.Simulation;

/// <summary>
/// Worlds of several releases whose store is put back, at any moment, to how it was at an earlier one: some are under
/// way by it, some on their way back, some had not begun, and the world may have gone anywhere since.
/// </summary>
public sealed class WhenAReleasesStoreIsRestored(ITestOutputHelper output)
{
    private const int Worlds = 150;

    [Fact]
    public void All_come_to_their_end_by_themselves_or_by_what_is_explained_and_nothing_stands_on_what_is_gone()
    {
        var told = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var ends = new SortedDictionary<PassagePhase, int>();
        Each(seed => new Shop(seed, whole: true), 1, Worlds, abort: false, shop =>
        {
            lock (told)
            {
                foreach (var (what, times) in shop.Told) told[what] = told.GetValueOrDefault(what) + times;
                foreach (var phase in shop.Passages.Select(passage => passage.State!.Phase))
                    ends[phase] = ends.GetValueOrDefault(phase) + 1;
            }
        });

        output.WriteLine(string.Join(", ", told.Select(one => $"{one.Key} {one.Value}")));
        output.WriteLine(string.Join(", ", ends.Select(one => $"{one.Key} {one.Value}")));
        // Or this says little.
        Assert.All(
            ["slot accept", "rollout resume", "rollout retry", "release retry"],
            what => Assert.True(told.GetValueOrDefault(what) > Worlds / 10, what));
        Assert.All(
            [PassagePhase.Succeeded, PassagePhase.RolledBack],
            phase => Assert.True(ends.GetValueOrDefault(phase) > Worlds / 10, $"{phase}"));
    }

    [Theory]
    [InlineData(false, Worlds)]
    [InlineData(true, 2 * Worlds)]
    public void With_an_abort_all_of_it_goes_back_and_nothing_under_what_stands_on_it(bool alone, int worlds)
    {
        var aborted = 0;
        Each(
            seed => new Shop(seed, whole: true, alone: alone), 1 + Worlds, worlds, abort: true,
            shop => Interlocked.Add(ref aborted, shop.Aborted.Count));
        Assert.True(aborted > worlds / 4, $"{aborted} were aborted");
    }

    [Fact]
    public void Also_where_people_take_back_what_has_completed()
    {
        var (underWay, ended) = (0, 0);
        Each(seed => new Shop(seed, whole: true, reversals: true), 5_001, Worlds, abort: false, shop =>
        {
            Interlocked.Add(ref underWay, shop.ReversalsRestored);
            Interlocked.Add(ref ended, shop.Passages.Count(passage =>
                passage is { Spec.Reverses: not null, State.Phase: PassagePhase.RolledBack }));
        });

        output.WriteLine($"{underWay} were under way, {ended} have taken back what had completed");
        Assert.True(underWay > Worlds / 10 && ended > Worlds / 4, $"{underWay} and {ended}");
    }

    private void Each(Func<int, Shop> make, int first, int worlds, bool abort, Action<Shop> see)
    {
        var failed = new SortedDictionary<int, Exception>();
        Parallel.For(first, first + worlds, seed =>
        {
            var shop = make(seed);
            var problem = Record.Exception(() => shop.RunAndRestore(abort));
            if (problem is null)
            {
                see(shop);
                return;
            }

            lock (failed) failed.Add(seed, problem);
        });
        if (failed.Count == 0) return;
        var story = new List<string>();
        var again = make(failed.Keys.First());
        again.Trace = story;
        Record.Exception(() => again.RunAndRestore(abort));
        foreach (var line in story.TakeLast(400)) output.WriteLine(line);
        Assert.Fail($"{failed.Count} seeds failed: "
            + string.Join('\n', failed.Take(20).Select(one => $"{one.Key}: {one.Value.Message}")));
    }
}
