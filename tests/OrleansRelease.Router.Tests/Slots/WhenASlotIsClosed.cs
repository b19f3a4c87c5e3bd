using System.Net;
using System.Text;
using System.Text.Json;
using OrleansRelease.Core.Effects;
using OrleansRelease.Core.Json;

namespace OrleansRelease.Router.Tests.Slots;

/// <summary>Somebody who had the slot is kept out, and requests go on as they are.</summary>
public sealed class WhenASlotIsClosed : IAsyncLifetime
{
    private RouterRig _router = null!;
    private Upstream _old = null!;
    private Upstream _new = null!;

    public async Task InitializeAsync()
    {
        _router = await RouterRig.StartAsync();
        _old = await Upstream.StartAsync("1.0");
        _new = await Upstream.StartAsync("2.0");
    }

    public async Task DisposeAsync()
    {
        await _router.DisposeAsync();
        await _old.DisposeAsync();
        await _new.DisposeAsync();
    }

    [Fact]
    public async Task It_keeps_its_shares_and_takes_nothing_older()
    {
        await PutAsync(new Fence(1, 1, 4), 2500);

        Assert.Equal(HttpStatusCode.OK, await CloseAsync(new Fence(1, 2, 9)));

        Assert.Equal((new Fence(1, 2, 9), 2500), await StateAsync());
        Assert.Equal(HttpStatusCode.Conflict, await PutAsync(new Fence(1, 1, 5), 10_000));
        Assert.Equal((new Fence(1, 2, 9), 2500), await StateAsync());
        Assert.Equal(HttpStatusCode.OK, await PutAsync(new Fence(1, 3, 10), 0));
    }

    [Fact]
    public async Task Nothing_is_refused_there_any_more()
    {
        using var put = await _router.PutTextAsync(Vocabulary.Write(new
        {
            fence = new Fence(1, 1, 1),
            weights = new Dictionary<string, int> { ["1.0"] = 10_000 },
            addresses = new Dictionary<string, Uri[]> { ["1.0"] = [_old.Address] },
            shedding = new Shedding(0, TimeSpan.FromSeconds(5), "X-Request-Class", ["low"]),
        }));
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);

        await CloseAsync(new Fence(1, 2, 2));

        var slot = await _router.GetAsync();
        Assert.False(slot.TryGetProperty("shedding", out var shedding) && shedding.ValueKind != JsonValueKind.Null);
        Assert.Equal(10_000, slot.GetProperty("weights").GetProperty("1.0").GetInt32());
    }

    [Fact]
    public async Task By_an_older_fence_it_is_not()
    {
        await PutAsync(new Fence(1, 3, 4), 2500);

        Assert.Equal(HttpStatusCode.Conflict, await CloseAsync(new Fence(1, 2, 9)));

        Assert.Equal((new Fence(1, 3, 4), 2500), await StateAsync());
    }

    [Fact]
    public async Task Again_by_the_same_fence_it_is_answered_as_before()
    {
        await PutAsync(new Fence(1, 1, 4), 2500);

        Assert.Equal(HttpStatusCode.OK, await CloseAsync(new Fence(1, 2, 9)));
        Assert.Equal(HttpStatusCode.OK, await CloseAsync(new Fence(1, 2, 9)));
    }

    [Fact]
    public async Task Whoever_has_set_nothing_yet_is_kept_out_as_well_and_after_a_restart()
    {
        Assert.Equal(HttpStatusCode.OK, await CloseAsync(new Fence(1, 2, 9)));

        Assert.Equal(HttpStatusCode.Conflict, await PutAsync(new Fence(1, 1, 5), 10_000));
        await _router.RestartAsync();

        Assert.Equal(HttpStatusCode.Conflict, await PutAsync(new Fence(1, 1, 5), 10_000));
        Assert.Empty((await _router.GetAsync()).GetProperty("weights").EnumerateObject());
        using var user = await _router.Users.GetAsync(new Uri(_router.Url, $"/{RouterRig.Slot}/"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, user.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await PutAsync(new Fence(1, 3, 10), 10_000));
        await _router.RestartAsync();
        Assert.Equal((new Fence(1, 3, 10), 10_000), await StateAsync());
    }

    /// <summary>A word that it does not know keeps a router of a build before from starting.</summary>
    [Fact]
    public async Task A_router_of_a_build_before_starts_where_one_was_closed_that_nobody_had_set()
    {
        await CloseAsync(new Fence(1, 2, 9));

        Assert.Empty(Directory.GetFiles(Path.Combine(_router.Folder, "slots")));
    }

    [Theory]
    [InlineData("{}", HttpStatusCode.BadRequest)]
    [InlineData("""{"fence":{"epoch":1,"generation":2,"ordinal":3},"weights":{}}""", HttpStatusCode.BadRequest)]
    [InlineData("""{"fence":{"epoch":1,"generation":-2,"ordinal":3}}""", HttpStatusCode.UnprocessableEntity)]
    public async Task By_what_is_no_fence_it_is_not(string body, HttpStatusCode status)
    {
        using var response = await PostAsync(body);

        Assert.Equal(status, response.StatusCode);
    }

    /// <summary>Whatever is set meanwhile: what was taken last is what is kept.</summary>
    [Fact]
    public async Task What_was_taken_last_before_is_kept()
    {
        var taken = 0;
        var ordinal = 0;
        Task<HttpStatusCode>? close = null;
        for (var round = 0; round < 200 && close is not { IsCompleted: true }; round++)
        {
            if (await PutAsync(new Fence(1, 1, ++ordinal), ordinal) == HttpStatusCode.OK) taken = ordinal;
            if (round == 20) close = CloseAsync(new Fence(1, 2, 1));
        }

        Assert.Equal(HttpStatusCode.OK, await close!);

        Assert.Equal((new Fence(1, 2, 1), taken), await StateAsync());
    }

    private async Task<HttpStatusCode> PutAsync(Fence fence, int candidate)
    {
        using var response = await _router.PutAsync(
            fence, ("1.0", 10_000 - candidate, [_old.Address]), ("2.0", candidate, [_new.Address]));
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> CloseAsync(Fence fence)
    {
        using var response = await PostAsync(Vocabulary.Write(new { fence }));
        return response.StatusCode;
    }

    private Task<HttpResponseMessage> PostAsync(string body) => _router.SendAsync(
        HttpMethod.Post, $"slots/{RouterRig.Slot}/close", new StringContent(body, Encoding.UTF8));

    private async Task<(Fence Fence, int Candidate)> StateAsync()
    {
        var slot = await _router.GetAsync();
        return (Vocabulary.Read<Fence>(slot.GetProperty("fence").GetRawText()),
            slot.GetProperty("weights").GetProperty("2.0").GetInt32());
    }
}
