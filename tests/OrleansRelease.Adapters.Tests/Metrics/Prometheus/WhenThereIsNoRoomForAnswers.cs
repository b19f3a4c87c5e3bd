using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Adapters.Metrics.Prometheus;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenThereIsNoRoomForAnswers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly FakeTimeProvider _time = new(Rig.Start);
    private readonly Shared<string, string> _answers;
    private readonly List<string> _asked = [];

    public WhenThereIsNoRoomForAnswers() => _answers = new(10, _time);

    [Fact]
    public async Task The_one_that_nobody_has_wanted_for_the_longest_goes_and_no_other()
    {
        foreach (var key in "abcdefghij") await WantAsync($"{key}");
        await WantAsync("a");

        await WantAsync("k");

        await AssertKeptAsync("acdefghijk");
        await WantAsync("b");
        Assert.Equal("abcdefghijkb", string.Concat(_asked));
    }

    [Fact]
    public async Task What_is_past_its_time_goes_before_what_is_good()
    {
        await WantAsync("a");
        foreach (var key in "bcd") await WantAsync($"{key}", goodFor: TimeSpan.FromSeconds(1));
        foreach (var key in "efghij") await WantAsync($"{key}");
        _time.Advance(TimeSpan.FromSeconds(1));

        foreach (var key in "klm") await WantAsync($"{key}");

        await AssertKeptAsync("aefghijklm");
    }

    [Fact]
    public async Task A_large_answer_takes_the_room_of_as_many_as_it_must()
    {
        foreach (var key in "abcde") await WantAsync($"{key}", size: 2);

        await WantAsync("f", size: 5);

        await AssertKeptAsync("def");
    }

    [Fact]
    public async Task What_is_larger_than_all_room_is_answered_and_drives_nobody_out()
    {
        await WantAsync("a");

        await WantAsync("b", size: 11);
        await WantAsync("b", size: 11);

        Assert.Equal("abb", string.Concat(_asked));
        await AssertKeptAsync("a");
    }

    [Fact]
    public async Task What_is_asked_anew_takes_its_room_once()
    {
        for (var times = 0; times < 5; times++)
        {
            foreach (var key in "abcde") await WantAsync($"{key}", size: 2);
            _time.Advance(Interval);
        }

        foreach (var key in "abcde") await WantAsync($"{key}", size: 2);
        await AssertKeptAsync("abcde");
    }

    [Fact]
    public async Task What_is_on_its_way_is_asked_once_however_little_room_there_is()
    {
        var answer = new TaskCompletionSource<Found<string>>();
        var first = _answers.GetAsync("a", isPatient: false, _ => answer.Task, default);
        foreach (var key in "bcdefghijklm") await WantAsync($"{key}");
        var second = _answers.GetAsync(
            "a", isPatient: false, _ => throw new InvalidOperationException("it is asked twice"), default);

        answer.SetResult(new("A", Interval));

        Assert.Equal(["A", "A"], await Task.WhenAll(first, second));
    }

    private async Task WantAsync(string key, TimeSpan? goodFor = null, int size = 1) =>
        Assert.Equal(key, await _answers.GetAsync(
            key, isPatient: false,
            _ =>
            {
                _asked.Add(key);
                return Task.FromResult(new Found<string>(key, goodFor ?? Interval, size));
            },
            default));

    private async Task AssertKeptAsync(string keys)
    {
        var asked = _asked.Count;
        foreach (var key in keys) await WantAsync($"{key}");
        Assert.Equal("", string.Concat(_asked.Skip(asked)));
    }
}
