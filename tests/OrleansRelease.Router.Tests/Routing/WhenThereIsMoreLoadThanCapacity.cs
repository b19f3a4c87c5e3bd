using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;
using OrleansRelease.Router.Routing;

namespace OrleansRelease.Router.Tests.Routing;

/// <summary>
/// A version serves eight at once, and fails whoever comes above that. Class high comes by two and by five in turn, and
/// sixteen users of class low come again as soon as they have an answer, whatever it was. A router that refuses too few
/// of those fails high, and one that refuses all of them wastes what high leaves: neither passes.
/// </summary>
public sealed class WhenThereIsMoreLoadThanCapacity : IAsyncLifetime
{
    private const string Class = "X-Request-Class";

    private const int AtOnce = 8;

    private const int Few = 2;

    private const int Burst = 5;

    private const int Rounds = 300;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private RouterRig _router = null!;
    private Upstream _upstream = null!;
    private TaskCompletionSource? _gate;
    private int _underWay;
    private int _peak;
    private int _ordinal;

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync(_time);
        _upstream = await Upstream.StartAsync("1.0");
        _upstream.Answer = ServeAsync;
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    [Fact]
    public async Task Class_high_stays_good_to_999_of_1000_and_low_gets_what_it_leaves()
    {
        await SetAsync(new Shedding(AtOnce, TimeSpan.FromSeconds(5), Class, ["low"]));
        await LearntAsync();

        var (high, low) = await LoadAsync();

        Assert.True(high.Good * 1000 >= high.All * 999, $"{high.Good} of {high.All} of class high were good");
        Assert.Equal(0, high.Shed);
        Assert.True(_peak <= AtOnce, $"{_peak} were there at once");
        // While each round of high goes on, three of low are let in; a tenth of a round is far from that.
        Assert.True(low.Good * 10 >= Rounds, $"only {low.Good} of class low were good in {Rounds} rounds");
        Assert.Equal(low.All, low.Good + low.Shed);
        Assert.True(low.Shed > 0, "nothing was shed");
        var slot = await _router.GetAsync();
        Assert.Equal(low.Shed, slot.GetProperty("shed").GetInt64());
        var counts = slot.GetProperty("counts").GetProperty("1.0");
        Assert.Equal(Burst + high.All + low.All - low.Shed, counts.GetProperty("started").GetInt64());
    }

    [Fact]
    public async Task Without_shedding_class_high_fails_with_all_others()
    {
        await SetAsync(shedding: null);

        var (high, _) = await LoadAsync();

        Assert.True(high.Good * 10 < high.All * 9, $"{high.Good} of {high.All} of class high were good");
    }

    [Fact]
    public async Task After_it_was_lifted_nothing_is_shed()
    {
        await SetAsync(new Shedding(AtOnce, TimeSpan.FromSeconds(5), Class, ["low"]));
        await SetAsync(shedding: null);

        var (high, low) = await LoadAsync();

        Assert.Equal((0, 0), (high.Shed, low.Shed));
    }

    /// <summary>Whoever comes above what it serves at once is failed.</summary>
    private async Task ServeAsync(HttpContext context)
    {
        var underWay = Interlocked.Increment(ref _underWay);
        for (var peak = _peak; underWay > peak; peak = _peak)
            Interlocked.CompareExchange(ref _peak, underWay, peak);
        var isTooMany = underWay > AtOnce;
        if (!isTooMany)
        {
            if (_gate is { } gate) await gate.Task;
            using var work = new PeriodicTimer(TimeSpan.FromMilliseconds(3));
            await work.WaitForNextTickAsync();
        }

        // Before its answer: whoever has that may come again at once.
        Interlocked.Decrement(ref _underWay);
        context.Response.StatusCode = isTooMany ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
    }

    /// <summary>The first second is over, and in it class high was there as it will be.</summary>
    private async Task LearntAsync()
    {
        _gate = new TaskCompletionSource();
        var burst = Task.WhenAll(Enumerable.Range(0, Burst).Select(_ => AskAsync(null)));
        await Eventually.IsAsync("all of a burst are there", () => Volatile.Read(ref _underWay) == Burst);
        _gate.SetResult();
        await burst;
        _gate = null;
        _time.Advance(Places.Learning);
    }

    private async Task<(Answers High, Answers Low)> LoadAsync()
    {
        using var highHasEnded = new CancellationTokenSource();
        var low = Enumerable.Range(0, 2 * AtOnce)
            .Select(_ => Task.Run(() => UntilAsync(highHasEnded.Token))).ToList();
        var high = Answers.None;
        for (var round = 0; round < Rounds; round++)
        {
            var users = round % 2 == 0 ? Few : Burst;
            var answers = await Task.WhenAll(Enumerable.Range(0, users).Select(_ => AskAsync(null)));
            high = answers.Aggregate(high, Answers.Add);
        }

        await highHasEnded.CancelAsync();
        return (high, (await Task.WhenAll(low)).Aggregate(Answers.None, Answers.Add));
    }

    private async Task<Answers> UntilAsync(CancellationToken end)
    {
        var answers = Answers.None;
        while (!end.IsCancellationRequested) answers = Answers.Add(answers, await AskAsync("low"));
        return answers;
    }

    private async Task<Answers> AskAsync(string? said)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_router.Url, $"/{RouterRig.Slot}/"));
        if (said is not null) request.Headers.Add(Class, said);
        using var response = await _router.Users.SendAsync(request, CancellationToken.None);
        var isShed = response.Headers.RetryAfter?.Delta == TimeSpan.FromSeconds(5)
            && response.StatusCode == HttpStatusCode.ServiceUnavailable;
        return new(1, response.IsSuccessStatusCode ? 1 : 0, isShed ? 1 : 0);
    }

    private async Task SetAsync(Shedding? shedding)
    {
        using var response = await _router.PutTextAsync(Vocabulary.Write(new
        {
            fence = new Fence(1, 1, ++_ordinal),
            weights = new Dictionary<string, int> { ["1.0"] = 10_000 },
            addresses = new Dictionary<string, Uri[]> { ["1.0"] = [_upstream.Address] },
            shedding,
        }));
        response.EnsureSuccessStatusCode();
    }

    private sealed record Answers(long All, long Good, long Shed)
    {
        public static readonly Answers None = new(0, 0, 0);

        public static Answers Add(Answers one, Answers other) =>
            new(one.All + other.All, one.Good + other.Good, one.Shed + other.Shed);
    }
}
