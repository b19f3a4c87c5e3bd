using System.Security.Cryptography.X509Certificates;
using OrleansRelease.Adapters.Monitors;
using OrleansRelease.Adapters.Resilience;
using OrleansRelease.Adapters.Tests.Metrics.Prometheus;
using OrleansRelease.Core.Monitors;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Tests.Monitors;

public sealed class WhenACertificateIsChecked : IDisposable
{
    private readonly Certificates _certificates = new();
    private readonly string _ca = Path.GetTempFileName();

    public WhenACertificateIsChecked() => File.WriteAllText(_ca, _certificates.Authority);

    public void Dispose()
    {
        _certificates.Dispose();
        File.Delete(_ca);
    }

    [Fact]
    public async Task Until_when_it_is_valid_is_seen_and_one_that_ends_soon_fails()
    {
        var until = DateTimeOffset.UtcNow.AddMinutes(90);
        await using var page = await StartAsync(until);
        var check = Check($"{page.Url}", trusted: true);

        var answer = Assert.IsType<CheckAnswer.Answered>(await AskAsync(check));

        Assert.Equal(until.ToUnixTimeSeconds(), answer.CertificateEnds!.Value.ToUnixTimeSeconds());
        Assert.IsType<Sight.Holds>(SeenFor(TimeSpan.FromHours(1)));
        Assert.Equal(
            new Sight.Fails("the certificate is valid for 1h, and 2h is expected"), SeenFor(TimeSpan.FromHours(2)));

        Sight SeenFor(TimeSpan least) => Checking.Of(
            check with { Expect = check.Expect with { CertificateValidFor = least } }, answer,
            until.AddMinutes(-89));
    }

    [Fact]
    public async Task One_that_has_ended_is_told_as_such()
    {
        await using var page = await StartAsync(DateTimeOffset.UtcNow.AddMinutes(-5));

        Assert.Equal("the certificate is not valid at this time", await UntrustedAsync(Check($"{page.Url}", true)));
    }

    [Fact]
    public async Task One_of_an_authority_that_nobody_trusts_is_not_trusted()
    {
        await using var page = await StartAsync();

        Assert.StartsWith(
            "the certificate is not trusted (", await UntrustedAsync(Check($"{page.Url}", trusted: false)),
            StringComparison.Ordinal);
        Assert.Empty(page.Asked);
    }

    [Fact]
    public async Task Who_shows_one_that_nobody_trusts_is_there_all_the_same()
    {
        await using var page = await StartAsync();

        Assert.True(await new HttpChecks(new Pipelines(TimeProvider.System), TimeProvider.System)
            .ReachesNetworkAsync(Check($"{page.Url}", trusted: false) with { Network = $"{page.Url}" }, default));
    }

    [Fact]
    public async Task One_of_another_name_is_told_as_such()
    {
        await using var page = await StartAsync();

        Assert.Equal(
            "the certificate is of another name",
            await UntrustedAsync(Check($"https://localhost:{page.Url.Port}/", trusted: true)));
    }

    [Fact]
    public async Task Where_there_is_no_TLS_it_fails()
    {
        await using var page = await Page.StartAsync();

        var none = Assert.IsType<CheckAnswer.None>(
            await AskAsync(Check($"https://127.0.0.1:{page.Url.Port}/", trusted: true)));

        Assert.Equal(Trouble.Tls, none.Trouble);
    }

    private static Task<CheckAnswer> AskAsync(MonitorCheck check) =>
        new HttpChecks(new Pipelines(TimeProvider.System), TimeProvider.System).AskAsync(check, default);

    private static async Task<string> UntrustedAsync(MonitorCheck check)
    {
        var none = Assert.IsType<CheckAnswer.None>(await AskAsync(check));
        Assert.Equal(Trouble.Tls, none.Trouble);
        return none.Detail;
    }

    private MonitorCheck Check(string url, bool trusted) => new(
        "page", url, CheckMethod.Get, null, null, trusted ? new SecretRef(null, _ca) : null, null,
        TimeSpan.FromSeconds(30), new([StatusRange.Class(2)], null, null, null), 1, null);

    private async Task<Page> StartAsync(DateTimeOffset? until = null)
    {
        var (certificate, key) = _certificates.Sign("page", until);
        return await Page.StartAsync(X509Certificate2.CreateFromPem(certificate, key));
    }
}
