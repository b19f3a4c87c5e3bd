using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OrleansRelease.Router.Tests.Admin;

public sealed class WhenSomebodyAsksTheAdminEndpoint : IAsyncLifetime
{
    private const string Fence = """{"fence":{"epoch":1,"generation":1,"ordinal":1},""";

    private const string Good = Fence +
        """ "weights":{"1.0":10000},"addresses":{"1.0":["http://a"]}}""";

    private RouterRig _router = null!;

    public async Task InitializeAsync() => _router = await RouterRig.StartAsync();

    public Task DisposeAsync() => _router.DisposeAsync().AsTask();

    [Theory]
    [InlineData("GET", "slots/checkout.production")]
    [InlineData("PUT", "slots/checkout.production")]
    [InlineData("DELETE", "slots/checkout.production")]
    [InlineData("GET", "slots/checkout.production/window?version=1.0&from=1&to=2")]
    [InlineData("GET", "")]
    [InlineData("GET", "nowhere")]
    public async Task Without_the_right_token_every_route_says_401(string method, string path)
    {
        var token = await File.ReadAllTextAsync(_router.TokenFile);
        foreach (var wrong in new[] { "", "x", token[..^1], token + "0", token.ToUpperInvariant() + "x" })
        {
            using var response = await _router.SendAsync(new HttpMethod(method), path, Body(Good), wrong);
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }

        using var bare = await _router.Users.SendAsync(
            new HttpRequestMessage(new HttpMethod(method), _router.AdminUrl + path));
        Assert.Equal(HttpStatusCode.Unauthorized, bare.StatusCode);
        Assert.Equal("Bearer", bare.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task The_admin_routes_are_not_on_the_users_listener()
    {
        using var response = await _router.Users.GetAsync(new Uri(_router.Url, "/slots/checkout.production"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("""{"fence":null,"weights":{},"addresses":{}}""")]
    [InlineData(Fence + """ "weights":null,"addresses":{}}""")]
    [InlineData(Fence + """ "weights":{},"addresses":{}}""")]
    [InlineData("""{"fence":{"epoch":-1,"generation":1,"ordinal":1},"weights":{"a":0},"addresses":{}}""")]
    [InlineData("""{"fence":{"epoch":9999999999,"generation":1,"ordinal":1},"weights":{"a":0},"addresses":{}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{"a":null}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{"a":[null]}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{"a":["file:///etc/passwd"]}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{"a":["a"]}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{"a":["http://u:p@a"]}}""")]
    [InlineData(Fence + """ "weights":{"a":9999},"addresses":{"a":["http://a"]}}""")]
    [InlineData(Fence + """ "weights":{"a":20000,"b":-10000},"addresses":{"a":["http://a"]}}""")]
    [InlineData(Fence + """ "weights":{"a":2147483647,"b":2147483647},"addresses":{}}""")]
    [InlineData(Fence + """ "weights":{"a":1.5},"addresses":{}}""")]
    [InlineData(Fence + """ "weights":{"a":10000,"a":0},"addresses":{"a":["http://a"]}}""")]
    [InlineData(Fence + """ "weights":{" a":10000},"addresses":{" a":["http://a"]}}""")]
    [InlineData(Fence + """ "weights":{"\ud800":10000},"addresses":{"a":["http://a"]}}""")]
    [InlineData(Fence + """ "weights":{"a":10000},"addresses":{"a":["http://a"]},"x":1}""")]
    [InlineData("""{"fence":"1.1.1","weights":{"a":10000},"addresses":{"a":["http://a"]}}""")]
    public async Task A_bad_body_is_the_senders_mistake_and_changes_nothing(string body)
    {
        using var response = await _router.PutTextAsync(body);

        Assert.InRange((int)response.StatusCode, 400, 499);
        Assert.NotNull((await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        using var unchanged = await _router.SendAsync(HttpMethod.Get, "slots/checkout.production");
        Assert.Equal(HttpStatusCode.NotFound, unchanged.StatusCode);
    }

    [Fact]
    public async Task Bytes_that_are_no_text_and_deep_nesting_are_the_senders_mistake()
    {
        foreach (var bytes in new byte[][] { [0xff, 0xfe, 0x00], [.. Enumerable.Repeat((byte)'[', 50_000)] })
        {
            using var response = await _router.SendAsync(
                HttpMethod.Put, "slots/checkout.production", new ByteArrayContent(bytes));
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_body_over_the_limit_is_too_large()
    {
        using var response = await _router.PutTextAsync(Good + new string(' ', 64 * 1024));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Theory]
    [InlineData("slots/nodots")]
    [InlineData("slots/a.b.c")]
    [InlineData("slots/..%2f..%2fetc.passwd")]
    [InlineData("slots/UPPER.case")]
    [InlineData("slots/a.b%00")]
    public async Task A_bad_slot_name_is_the_senders_mistake(string path)
    {
        using var response = await _router.SendAsync(HttpMethod.Put, path, Body(Good));

        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?version=1.0")]
    [InlineData("?version=1.0&from=x&to=2")]
    [InlineData("?version=1.0&from=-5&to=2")]
    [InlineData("?version=1.0&from=2&to=2")]
    [InlineData("?version=1.0&from=1&to=99999999999999999999")]
    [InlineData("?version=1.0&from=1&to=9223372036854775807")]
    [InlineData("?version=1.0&from=1&from=2&to=5")]
    [InlineData("?version=%ff&from=1&to=5")]
    [InlineData("?version=&from=1&to=5")]
    public async Task A_bad_window_is_the_askers_mistake(string query)
    {
        using var set = await _router.PutTextAsync(Good);
        using var response = await _router.SendAsync(HttpMethod.Get, "slots/checkout.production/window" + query);

        Assert.InRange((int)response.StatusCode, 400, 499);
    }

    private static StringContent Body(string text) => new(text, Encoding.UTF8, "application/json");
}
