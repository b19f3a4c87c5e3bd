using OrleansRelease.Grains.Effects;

namespace OrleansRelease.Grains.Tests.Effects;

public sealed class WhenManyOutcomesComeAtOnce
{
    private static readonly EffectOwner Production = new("environment", "production");

    private readonly ReportPlaces _places = new(new RunnerOptions { ReportsPerRow = 2 });

    [Fact]
    public async Task So_many_are_reported_to_a_row_at_a_time_and_the_next_as_one_is_heard()
    {
        var first = await _places.EnterAsync(Production, false, default);
        await _places.EnterAsync(Production, false, default);
        var third = _places.EnterAsync(Production, false, default);
        Assert.False(third.IsCompleted);
        // Another row hears its own meanwhile.
        await _places.EnterAsync(new("environment", "staging"), false, default);

        first.Dispose();

        await third;
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_row_that_has_heard_all_or_is_waited_for_no_more()
    {
        var all = await Task.WhenAll(
            _places.EnterAsync(Production, false, default), _places.EnterAsync(Production, true, default));
        using var patience = new CancellationTokenSource();
        var waiting = _places.EnterAsync(Production, false, patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(1, _places.Rows);

        foreach (var place in all) place.Dispose();

        Assert.Equal(0, _places.Rows);
    }

    [Fact]
    public void They_and_those_who_ask_fit_into_the_mailbox_of_a_row() => Assert.InRange(
        new RunnerOptions().ReportsPerRow, 1, 1_000 / 4);
}
