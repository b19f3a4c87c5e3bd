using System.Text;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Tests.Manifests;

public sealed class WhereAVersionIsAsked
{
    [Theory]
    [InlineData("/version", true)]
    [InlineData("/internal/which?short=1", true)]
    [InlineData("version", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("//elsewhere.example/version", false)]
    [InlineData("/version#part", false)]
    [InlineData("/a b", false)]
    [InlineData("/a\\b", false)]
    public void A_path_stays_on_its_service(string? path, bool isPath) =>
        Assert.Equal(isPath, VersionEndpoint.IsPath(path));

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080/version")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080/version")]
    [InlineData("http://127.0.0.1:8080/app/", "http://127.0.0.1:8080/app/version")]
    public void It_is_added_to_the_address(string address, string asked) =>
        Assert.Equal(new Uri(asked), VersionEndpoint.At(new Uri(address), "/version"));

    [Theory]
    [InlineData("""{"version": "3.2.0", "requests": 12}""", "3.2.0", 12L)]
    [InlineData("""{"version": "3.2.0"}""", "3.2.0", null)]
    [InlineData("""{"version": 3, "requests": "many"}""", null, null)]
    [InlineData("""{"version": "3.2.0", "requests": 1.5}""", "3.2.0", null)]
    public void What_is_not_said_is_not_known(string body, string? version, long? requests) =>
        Assert.Equal(new VersionAnswer(version, requests), VersionAnswer.Read(Encoding.UTF8.GetBytes(body)));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("\"3.2.0\"")]
    [InlineData("""{"version": "\ud800"}""")]
    public void What_is_no_object_says_nothing(string body) =>
        Assert.Null(VersionAnswer.Read(Encoding.UTF8.GetBytes(body)));
}
