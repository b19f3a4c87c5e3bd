using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OrleansRelease.Core.Effects;
using OrleansRelease.Router.Counting;
using OrleansRelease.Router.Routing;
using OrleansRelease.Router.Slots;

namespace OrleansRelease.Router.Tests.Routing;

public sealed class WhenWeightsAreSet : IAsyncLifetime
{
    private static readonly Fence First = new(1, 1, 1);

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

    [Theory]
    [InlineData(500, 40, 2)]
    [InlineData(2500, 40, 10)]
    [InlineData(5000, 40, 20)]
    [InlineData(10000, 40, 40)]
    [InlineData(0, 40, 0)]
    public async Task Requests_are_shared_exactly(int basisPoints, int requests, int onCandidate)
    {
        await SetAsync(First, basisPoints);

        await _router.AskAsync(requests);

        Assert.Equal(onCandidate, _new.Requests);
        Assert.Equal(requests - onCandidate, _old.Requests);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(500)]
    [InlineData(3333)]
    [InlineData(9999)]
    public void A_share_is_never_more_than_one_request_off(int basisPoints)
    {
        var choice = Choice(("1.0", 10_000 - basisPoints, ["http://a"]), ("2.0", basisPoints, ["http://b"]));
        var chosen = 0;
        for (var request = 1; request <= 20_000; request++)
        {
            if (choice.Next()!.Value.Version == "2.0") chosen++;
            Assert.InRange(chosen - (request * basisPoints / 10_000.0), -1, 1);
        }

        Assert.Equal(2 * basisPoints, chosen);
    }

    [Fact]
    public void Addresses_of_a_version_take_turns()
    {
        var choice = Choice(("1.0", 10_000, ["http://a", "http://b", "http://c"]));

        var hosts = Enumerable.Range(0, 6).Select(_ => choice.Next()!.Value.Address.Host);

        Assert.Equal(["a", "b", "c", "a", "b", "c"], hosts);
    }

    [Fact]
    public async Task A_slot_is_found_by_host_or_by_path()
    {
        _old.Answer = context => context.Response.WriteAsJsonAsync(new
        {
            url = $"{context.Request.Path}{context.Request.QueryString}",
            prefix = context.Request.Headers["X-Forwarded-Prefix"].ToString(),
            host = context.Request.Headers["X-Forwarded-Host"].ToString(),
        });
        await SetAsync(First, 0);

        var byPath = await _router.Users.GetFromJsonAsync<JsonElement>(
            new Uri(_router.Url, "/checkout.production/cart/7?a=b%20c"));
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_router.Url, "/checkout.production/x"));
        request.Headers.Host = "checkout.production.example.com";
        using var response = await _router.Users.SendAsync(request);
        var byHost = await response.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal("/cart/7?a=b%20c", byPath.GetProperty("url").GetString());
        Assert.Equal("/checkout.production", byPath.GetProperty("prefix").GetString());
        Assert.Equal("/checkout.production/x", byHost.GetProperty("url").GetString());
        Assert.Equal("checkout.production.example.com", byHost.GetProperty("host").GetString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/cart.production/")]
    [InlineData("/..")]
    public async Task A_slot_that_is_not_known_is_unavailable(string path)
    {
        await SetAsync(First, 0);

        using var response = await _router.Users.GetAsync(new Uri(_router.Url, path));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("slot-unknown", await CodeOf(response));
    }

    [Fact]
    public async Task Nothing_answers_when_no_version_has_weight()
    {
        await _router.PutAsync(First, ("1.0", 0, []));

        using var response = await _router.Users.GetAsync(new Uri(_router.Url, "/checkout.production/"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("nothing-has-weight", await CodeOf(response));
    }

    [Fact]
    public async Task Server_errors_and_broken_connections_count_as_bad_and_others_do_not()
    {
        await SetAsync(First, 5000);
        _old.Answer = context =>
        {
            context.Response.StatusCode = _old.Requests % 2 == 0 ? 500 : 404;
            return Task.CompletedTask;
        };
        _new.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };

        var url = new Uri(_router.Url, "/checkout.production/");
        for (var i = 0; i < 8; i++) (await _router.Users.GetAsync(url)).Dispose();

        var counts = (await _router.GetAsync()).GetProperty("counts");
        Assert.Equal((4, 2), Counts(counts, "1.0"));
        Assert.Equal((4, 4), Counts(counts, "2.0"));
    }

    [Fact]
    public async Task A_version_that_is_gone_is_a_bad_gateway_that_says_which()
    {
        await SetAsync(First, 10_000);
        await _new.DisposeAsync();

        using var response = await _router.Users.GetAsync(new Uri(_router.Url, "/checkout.production/"));

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.Contains("version 2.0 did not answer", answer, StringComparison.Ordinal);
    }

    private static (int Total, int Bad) Counts(JsonElement counts, string version) => (
        counts.GetProperty(version).GetProperty("total").GetInt32(),
        counts.GetProperty(version).GetProperty("bad").GetInt32());

    private static async Task<string?> CodeOf(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    private static WeightedChoice Choice(params (string Version, int Weight, string[] Addresses)[] versions) => new(
        new SlotConfiguration(
            First,
            versions.ToImmutableSortedDictionary(one => one.Version, one => one.Weight),
            versions.ToImmutableSortedDictionary(
                one => one.Version, one => one.Addresses.Select(text => new Uri(text)).ToImmutableArray())),
        _ => new RequestCounter(TimeProvider.System));

    private async Task SetAsync(Fence fence, int candidate)
    {
        using var response = await _router.PutAsync(
            fence, ("1.0", 10_000 - candidate, [_old.Address]), ("2.0", candidate, [_new.Address]));
        response.EnsureSuccessStatusCode();
    }
}
