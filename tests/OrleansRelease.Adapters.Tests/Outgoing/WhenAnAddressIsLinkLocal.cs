using System.Net;
using OrleansRelease.Adapters.Outgoing;

namespace OrleansRelease.Adapters.Tests.Outgoing;

public sealed class WhenAnAddressIsLinkLocal
{
    [Theory]
    [InlineData("169.254.169.254", true)]
    [InlineData("::ffff:169.254.169.254", true)]
    [InlineData("fe80::1", true)]
    [InlineData("fd00:ec2::254", true)]
    [InlineData("169.253.1.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("::1", false)]
    [InlineData("fd00::1", false)]
    public void It_is_known_however_it_is_written(string address, bool isOne) =>
        Assert.Equal(isOne, LinkLocal.IsOne(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://2852039166/latest/meta-data")]
    [InlineData("http://[::ffff:169.254.169.254]/")]
    public async Task Nobody_is_asked_there(string url)
    {
        using var http = new OutgoingHttp(new MachineClock());

        var refused = await Assert.ThrowsAsync<HttpRequestException>(
            () => http.GetAsync(new Uri(url), bearer: null, CancellationToken.None));

        Assert.Equal(HttpRequestError.ConnectionError, refused.HttpRequestError);
        Assert.StartsWith("link-local addresses are not asked", refused.Message, StringComparison.Ordinal);
    }
}
