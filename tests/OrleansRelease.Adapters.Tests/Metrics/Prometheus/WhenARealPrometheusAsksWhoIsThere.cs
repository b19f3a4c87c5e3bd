using OrleansRelease.Core.Analysis;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Adapters.Tests.Metrics.Prometheus;

public sealed class WhenARealPrometheusAsksWhoIsThere : IAsyncLifetime
{
    // The bcrypt test vector of crypt_blowfish for the password U*U.
    private const string Web =
        """
        tls_server_config:
          {cert_file: server.crt, key_file: server.key, client_ca_file: ca.crt,
           client_auth_type: RequireAndVerifyClientCert}
        basic_auth_users: {orel: $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW}
        """;

    private readonly Certificates _ours = new();
    private readonly Certificates _others = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("orel-secrets-").FullName;
    private PrivatePrometheus _server = null!;
    private Rig _rig = null!;

    public async Task InitializeAsync()
    {
        var (certificate, key) = _ours.Sign("a server");
        _server = await PrivatePrometheus.StartAsync(
            new Dictionary<string, string>(), Web,
            new Dictionary<string, string>
            {
                ["server.crt"] = certificate,
                ["server.key"] = key,
                ["ca.crt"] = _ours.Authority,
            });
        _rig = new Rig(_server.Url);
        Keep("password", "U*U\n");
        Keep("ca", _ours.Authority);
        Keep(_ours);
        _rig.Connection = _rig.Connection with
        {
            Basic = new BasicCredentials("orel", File("password")),
            Ca = File("ca"),
            Certificate = new ClientCertificate(File("certificate"), File("key")),
        };
        await Eventually.IsAsync(
            "it is ready", () => _rig.QueryAsync("scalar(vector(0))"), reading => reading == new Reading.Value(0));
    }

    public async Task DisposeAsync()
    {
        _rig.Dispose();
        await _server.DisposeAsync();
        _ours.Dispose();
        _others.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Who_is_known_gets_the_number_and_a_secret_that_changes_counts_at_once()
    {
        Assert.Equal(new Reading.Value(3), await _rig.QueryAsync("scalar(vector(3))"));

        Keep("password", "wrong");
        var refused = await _rig.ErrorAsync("scalar(vector(4))");
        Assert.Contains("does not know who asks (401)", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", refused, StringComparison.Ordinal);

        Keep("password", "U*U");
        Assert.Equal(new Reading.Value(5), await _rig.QueryAsync("scalar(vector(5))"));
    }

    [Fact]
    public async Task Who_is_not_vouched_for_by_the_named_authority_is_not_asked()
    {
        Keep("ca", _others.Authority);
        Assert.Contains("does not answer", await _rig.ErrorAsync("1"), StringComparison.Ordinal);

        _rig.Connection = _rig.Connection with { Ca = null };
        Assert.Contains("does not answer", await _rig.ErrorAsync("1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_right_certificate_of_ones_own_there_is_no_answer()
    {
        Keep(_others);
        Assert.Contains("does not answer", await _rig.ErrorAsync("scalar(vector(1))"), StringComparison.Ordinal);

        Keep(_ours);
        Assert.Equal(new Reading.Value(2), await _rig.QueryAsync("scalar(vector(2))"));
    }

    [Fact]
    public async Task What_is_no_certificate_is_an_error_without_its_text()
    {
        Keep("key", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        Assert.Equal(
            "the client certificate and its key do not belong together or are none", await _rig.ErrorAsync("1"));

        Keep("ca", "hunter2");
        var reason = await _rig.ErrorAsync("2");
        Assert.Contains("nothing in the PEM format", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reason, StringComparison.Ordinal);
    }

    private SecretRef File(string name) => new(null, Path.Combine(_folder, name));

    private void Keep(string name, string text) => System.IO.File.WriteAllText(Path.Combine(_folder, name), text);

    private void Keep(Certificates authority)
    {
        var (certificate, key) = authority.Sign("orel");
        Keep("certificate", certificate);
        Keep("key", key);
    }
}
