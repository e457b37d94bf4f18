using System.Text.Json.Nodes;

namespace CacheKeeper.Cli;

/// <summary>What this build is made of, as a CycloneDX 1.6 document, from the list of libraries that the build itself wrote beside the executable.</summary>
internal static class BillOfMaterials
{
    /// <param name="dependencies">The content of <c>cachekeeper.deps.json</c>.</param>
    public static JsonObject Of(string dependencies, string version)
    {
        var libraries = JsonNode.Parse(dependencies)!["libraries"]!.AsObject();
        return new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.6",
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = new JsonObject { ["type"] = "application", ["name"] = "cachekeeper", ["version"] = version, ["bom-ref"] = $"cachekeeper@{version}" } },
            ["components"] = new JsonArray([.. libraries.Where(library => library.Value!["type"]?.ToString() == "package").OrderBy(library => library.Key, StringComparer.Ordinal).Select(library => Component(library.Key, library.Value!))]),
        };
    }

    private static JsonObject Component(string key, JsonNode library)
    {
        var (name, version) = (key[..key.IndexOf('/')], key[(key.IndexOf('/') + 1)..]);
        var address = $"pkg:nuget/{name}@{version}";
        var component = new JsonObject { ["type"] = "library", ["name"] = name, ["version"] = version, ["purl"] = address, ["bom-ref"] = address };

        // The build writes the package's SHA-512 in base64; CycloneDX wants hexadecimal.
        if (library["sha512"]?.ToString() is ['s', 'h', 'a', '5', '1', '2', '-', .. var digest])
        {
            component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(digest)) });
        }

        return component;
    }
}
