using System.Net;
using System.Net.Http.Headers;
using OrleansRelease.Gateway.Tests.Harness;

namespace OrleansRelease.Gateway.Tests.Security;

[Collection(GatewayCollection.Name)]
public sealed class WhenNobodyIsKnown(RunningGateway gateway)
{
    [Fact]
    public async Task Every_endpoint_that_is_mapped_wants_the_token()
    {
        var endpoints = Endpoints.Of(gateway.Services).Where(endpoint => !endpoint.IsOpen).ToList();
        Assert.True(endpoints.Count > 15, "the endpoints were not found");
        foreach (var (method, pattern, _) in endpoints)
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Filled(pattern));
            using var response = await gateway.Anonymous.SendAsync(request);
            var seen = await Seen.OfAsync(response);
            Assert.True(seen is { Code: 401, Problem: "unauthorized" }, $"{method} {pattern}: {seen.Code} {seen.Text}");
        }
    }

    [Fact]
    public void Only_health_is_open() => Assert.All(
        Endpoints.Of(gateway.Services).Where(endpoint => endpoint.IsOpen),
        endpoint => Assert.StartsWith("/health/", endpoint.Pattern, StringComparison.Ordinal));

    [Fact]
    public async Task An_address_that_does_not_exist_wants_the_token_too() =>
        (await gateway.Anonymous.AskAsync("/api/v1/nothing")).ExpectProblem(401, "unauthorized");

    [Theory]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic " + RunningGateway.Token)]
    [InlineData(RunningGateway.Token)]
    [InlineData("Bearer " + RunningGateway.Token + "x")]
    [InlineData("Bearer vYp3-ONLY-for-tests-83hWq")]
    [InlineData("Bearer " + RunningGateway.Token + ", Bearer " + RunningGateway.Token)]
    public async Task Another_token_lets_nobody_in(string header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/services");
        request.Headers.TryAddWithoutValidation("Authorization", header);
        using var response = await gateway.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        Assert.DoesNotContain(RunningGateway.Token, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_token_lets_its_holder_in_and_is_in_no_log()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/services");
        request.Headers.Authorization = new AuthenticationHeaderValue("bearer", RunningGateway.Token);
        using var response = await gateway.Anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.NotEmpty(gateway.Logged.Lines);
        Assert.DoesNotContain(
            gateway.Logged.Lines, line => line.Contains(RunningGateway.Token, StringComparison.Ordinal));
    }

    private static string Filled(string pattern) => pattern
        .Replace("{id}", "cart.production.1", StringComparison.Ordinal)
        .Replace("{slot}", "cart.production", StringComparison.Ordinal)
        .Replace("{name}", "cart", StringComparison.Ordinal);
}
