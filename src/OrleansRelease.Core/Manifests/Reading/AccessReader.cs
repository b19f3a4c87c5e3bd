using OrleansRelease.Core.Manifests.Resolving;
using OrleansRelease.Core.Specs;

namespace OrleansRelease.Core.Manifests.Reading;

/// <summary>The address of a source that is asked over HTTP, and who asks there.</summary>
internal sealed record Access(
    string Url, SecretRef? Bearer, BasicCredentials? Basic, SecretRef? Ca, ClientCertificate? Certificate);

internal static class AccessReader
{
    private const string BasicShape = "{user: NAME, password: {file: PATH}}";

    private const string CertificateShape = "{certificate: {file: PATH}, key: {file: PATH}}";

    /// <summary>Of an adapter's fields those of access; what the url is of is said where it is missing.</summary>
    public static Access Read(Fields fields, string needed)
    {
        var url = fields.Need("url", needed);
        var address = url?.Address();
        if (address?.IndexOfAny(['?', '#']) >= 0)
        {
            // Its own questions stand there.
            url!.Report(ProblemCode.BadAddress, "what follows ? or # would not be asked with",
                "the address without it; a tenant can be a part of the path, or of the user that asks");
        }

        return With(fields, address);
    }

    /// <summary>The same of an address that is asked as it stands, in which these names may be filled in.</summary>
    public static Access ReadWhole(Fields fields, string needed, IReadOnlyCollection<string> words)
    {
        var url = fields.Need("url", needed);
        var address = url?.Address(words);
        if (address?.Contains('#', StringComparison.Ordinal) is true)
            url!.Report(ProblemCode.BadAddress, "what follows # is never sent", "the address without it");
        // Whoever chooses a version must not choose to whom a token is shown.
        if (address is not null && Template.Names(Addresses.HostOf(address)).Any(name => !IsOfSlot(name)))
        {
            url!.Report(ProblemCode.BadPlaceholder, "only service and environment may be a part of a host",
                "the others behind the host");
        }

        return With(fields, address);
    }

    private static bool IsOfSlot(string? name) => name is not null && Addresses.SlotWords.Contains(name);

    private static Access With(Fields fields, string? address)
    {
        var bearer = fields.Take("bearer")?.Secret();
        var basic = fields.Take("basic");
        var (ca, certificate) = (fields.Take("ca"), fields.Take("clientCertificate"));
        if (bearer is not null && basic is not null)
        {
            basic.ReportKey(ProblemCode.OneOf, "basic beside bearer: a request has one Authorization",
                "one of bearer and basic");
        }

        if (address?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) is true)
        {
            // Nobody would notice that it is not looked at.
            foreach (var tls in new[] { ca, certificate }.OfType<Field>())
                tls.ReportKey(ProblemCode.Conflict, "over http there is no TLS", "an url that begins with https:");
        }

        return new(address ?? "", bearer, Basic(basic), ca?.Secret(), Certificate(certificate));
    }

    private static BasicCredentials? Basic(Field? field)
    {
        if (field?.Object(BasicShape) is not { } fields) return null;
        var (user, password) = (fields.Need("user", "user: NAME"), fields.Need("password", BasicShape));
        fields.End();
        var name = user?.Text("a name to authenticate with");
        if (name?.Contains(':', StringComparison.Ordinal) is true)
            user!.Report(ProblemCode.BadText, "a colon ends the name of Basic authentication", "a name without it");
        return name is not null && password?.Secret() is { } secret ? new BasicCredentials(name, secret) : null;
    }

    private static ClientCertificate? Certificate(Field? field)
    {
        if (field?.Object(CertificateShape) is not { } fields) return null;
        var certificate = fields.Need("certificate", CertificateShape)?.Secret();
        var key = fields.Need("key", CertificateShape)?.Secret();
        fields.End();
        return certificate is not null && key is not null ? new ClientCertificate(certificate, key) : null;
    }
}
