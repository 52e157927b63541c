from reprocheck.cli.main import main

main()
